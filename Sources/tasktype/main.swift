print("tasktype")
