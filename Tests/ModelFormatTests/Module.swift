// ModelFormatTests
