@_exported public import struct Conversation.Message
@_exported public import enum Conversation.Request
