// TaskTypeTests
