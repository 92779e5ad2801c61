// ConversationTests
