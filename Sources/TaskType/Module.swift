// TaskType
