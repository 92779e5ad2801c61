// Made from ask-rules/rules.yaml by Scripts/generate-ask-rules; change that file, not this one.

// swift-format-ignore-file

let shippedRules: [AskRule] = [
    AskRule(
        name: "reminder tags",
        matcher: .tags,
        patterns: ["*-reminder", "*_reminder", "system_note", "sys-note", "sysnote", "reminder", "reminderInstructions", "systemMessage", "hinweis", "rappel", "lembrete", "recordatorio", "promemoria", "herinnering", "przypomnienie", "melding", "sistem-notu", "info-systemowe", "系统提醒", "系统提示", "システム通知", "시스템알림", "напоминание"]),
    AskRule(
        name: "hook tags",
        matcher: .tags,
        patterns: ["*-hook", "*_hook", "hook_output", "hook-output"]),
    AskRule(
        name: "environment tags",
        matcher: .tags,
        patterns: ["environment_context", "environment_details", "env", "environment", "runtime_information", "repository_info", "workspace_info", "workspace_context", "workspaceInfo", "user_info", "userInfo", "environmentInfo", "environment_info", "system_info", "git_status", "gitStatus", "project_layout", "directory_structure", "open_files", "open_tabs", "editorContext", "editor_context", "contexto_editor", "ide_context", "ide_state", "ide_opened_file", "ide_diagnostics", "ide_selection_info", "additional_data", "cursor_context", "rules", "cursor_rules", "user_rules", "agent_skills", "available_skills", "project_context", "repo_map", "terminal_state", "terminals", "sandbox_status", "permissions", "system_context", "date", "current_time", "环境信息", "環境情報", "umgebung", "entorno", "contesto_editor", "contexte_editeur", "편집기", "에디터", "エディタ", "编辑器", "edytor", "editor", "outline", "build", "cursor", "cursor_position", "sesion", "session", "screen", "context_window", "token_budget", "budget", "mcp_servers", "tool_use_instructions", "toolUseInstructions"],
        isCommon: true),
    AskRule(
        name: "instruction tags",
        matcher: .tags,
        patterns: ["user_instructions", "user-instructions", "custom_instructions", "project_instructions", "instructions_for_agent", "system_instructions", "system-instructions", "system_prompt", "important_instructions", "response_format", "output_format_rules", "guidelines", "modeInstructions", "copilot_instructions", "answer_format", "memory", "memories", "user_memories", "user_profile", "personalization", "INSTRUCTIONS"],
        isCommon: true),
    AskRule(
        name: "command tags",
        matcher: .tags,
        patterns: ["command-name", "command-message", "command-contents", "local-command-stdout", "local-command-stderr", "local-command-caveat", "bash-input", "bash-stdout", "bash-stderr", "task-notification", "task_notification", "turn_aborted", "tool_use_error", "persisted-output", "background-task", "system-message", "session-summary", "event", "trigger_event", "github_event", "webhook", "thinking", "think", "analysis", "antThinking"],
        isCommon: true),
    AskRule(
        name: "command arguments",
        matcher: .tags,
        patterns: ["command-args"],
        fate: .ask),
    AskRule(
        name: "request tags",
        matcher: .tags,
        patterns: ["user_query", "userRequest", "user_request", "user-request", "user_message", "user-message", "user_question", "user_input", "userQuery", "userMessage", "user_prompt", "trigger_comment", "human_message", "new_message", "latest_message", "current_message"],
        fate: .ask),
    AskRule(
        name: "common request tags",
        matcher: .tags,
        patterns: ["task", "question", "query", "request", "feedback", "ask", "q", "prompt", "user", "anfrage", "frage", "pregunta", "pergunta", "domanda", "vraag", "pytanie", "soru", "问题", "質問", "질문", "вопрос", "message", "instruction"],
        fate: .ask,
        isCommon: true),
    AskRule(
        name: "material tags",
        matcher: .tags,
        patterns: ["document", "documents", "document_content", "doc", "docs", "context", "ctx", "passage", "passages", "retrieved", "retrieved_context", "search_results", "search-results", "results", "result", "tree", "file_tree", "item", "items", "chunk", "chunks", "snippet", "snippets", "source", "sources", "article", "file", "files", "file_content", "selected_files", "file_contents", "attachment", "attachments", "attached_files", "excerpt", "extract", "transcript", "page", "web_page", "webpage", "website", "email", "emails", "mail", "manuscript", "contract", "report", "text_to_analyze", "input_text", "data", "dataset", "tickets", "knowledge", "knowledge_base", "kb", "references", "reference", "cells", "notebook", "selection", "selected_text", "selected_code", "current_file", "currentFile", "code_snippet", "codebase", "codebase_context", "linter_errors", "diff", "git_diff", "log", "logs", "table", "issue_description", "auszug", "dokument", "dokumente", "quellen", "documento", "documentos", "documenti", "contexto", "contesto", "contexte", "extrait", "extraits", "kaynaklar", "kontekst", "kontext", "bağlam", "资料", "文档", "上下文", "資料", "文脈", "문서", "자료", "контекст", "документ"],
        fate: .document,
        isCommon: true),
    AskRule(
        name: "history tags",
        matcher: .tags,
        patterns: ["chat_history", "chat-history", "history", "conversation_history", "conversation", "previous_messages", "previous_conversation", "dialog", "dialogue", "exchange", "thread", "verlauf", "historial", "historique", "storia", "geschiedenis", "历史对话", "会話履歴"],
        fate: .context,
        isCommon: true),
    AskRule(
        name: "metadata blocks",
        matcher: .lines,
        patterns: ["Conversation info (", "Sender (", "Chat history since last reply (", "Thread starter (", "Replied message (", "Forwarded message context (", "Message metadata", "Request metadata", "Channel metadata", "Event metadata"],
        extent: .fence),
    AskRule(
        name: "bracketed metadata",
        matcher: .lines,
        patterns: ["[channel:", "[workspace:", "[workspace ", "[system:", "[system notice", "[notification", "[slack #", "[slack message", "[thread in ", "[context] ", "[plan] ", "[knowledge] ", "[datasource] ", "[telegram ", "[whatsapp ", "[discord ", "[signal ", "[imessage", "[message from ", "[session:", "[user:", "[sender:", "[from:", "[time:", "[message_id:", "[image #", "[image:", "[pasted text #", "[request interrupted", "[page:", "[locale:", "[tenant:", "[ticket #", "message for you, from @", "(via ", "[new message from "]),
    AskRule(
        name: "instructions file",
        matcher: .lines,
        patterns: ["# AGENTS.md instructions for", "# CLAUDE.md", "# GEMINI.md", "# Context from my IDE setup:", "## Open tabs:", "## Active file:"]),
    AskRule(
        name: "caveat",
        matcher: .lines,
        patterns: ["Caveat: The messages below were generated", "Note: The previous command was run by the user", "This session is being continued from a previous conversation", "The user opened the file", "The user selected the lines"],
        extent: .paragraph),
    AskRule(
        name: "tool results in the person's name",
        matcher: .lines,
        patterns: ["[read_file for ", "[write_to_file for ", "[replace_in_file for ", "[execute_command for ", "[list_files for ", "[search_files for ", "[apply_diff for ", "[browser_action", "[use_mcp_tool", "[list_code_definition_names", "[attempt_completion", "[ask_followup_question", "[insert_content for", "[tool result", "tool_result:", "Observation:", "OBSERVATION:", "EXECUTION RESULT of", "<output>", "<returncode>", "<tool_response>", "Command output:", "[{w}] Result:"],
        fate: .document,
        extent: .message),
    AskRule(
        name: "files added to a chat",
        matcher: .lines,
        patterns: ["I have *added these files to the chat*", "Here are summaries of some files present in my", "I am working with you on code in a git repository", "Here are some *READ ONLY* files", "I am not sharing any files"],
        fate: .document,
        extent: .message),
    AskRule(
        name: "task labels",
        matcher: .lines,
        patterns: ["[Message] ", "Current Task: ", "Task from the parent agent{w}:", "Task for the sub-agent{w}:"],
        extent: .mark),
    AskRule(
        name: "demands of frameworks",
        matcher: .lines,
        patterns: ["This is the expected criteria for your final answer", "This is the expect criteria for your final answer", "Determine which next command to use", "You MUST return the actual complete content as the final answer"],
        extent: .rest),
    AskRule(
        name: "hook feedback",
        matcher: .lines,
        patterns: ["Stop hook feedback:", "PostToolUse hook feedback", "Hook feedback:"],
        extent: .paragraph),
    AskRule(
        name: "edit format",
        matcher: .lines,
        patterns: ["# *SEARCH/REPLACE block* Rules", "# File editing rules:", "Only EVER RETURN CODE IN A", "To suggest changes to a file you MUST return"],
        extent: .rest),
    AskRule(
        name: "editor notes",
        matcher: .lines,
        patterns: ["Use the above code to answer the following question", "Use the above context to answer", "Current file:", "Currently open file:", "Open file:", "Cursor position:", "Selected lines:", "Codebase context from file path", "My working directory is", "(Open file:", "(Current directory:", "bash-$", "Today's date is ", "The current date is ", "Current date:", "Current time:"]),
    AskRule(
        name: "retrieval notes",
        matcher: .lines,
        patterns: ["CONTEXT (retrieved {w})", "Retrieved {n} ", "Search results for "]),
    AskRule(
        name: "question labels",
        matcher: .headings,
        patterns: ["question", "user question", "the question", "query", "user query", "user request", "request", "task", "current task", "user", "user input", "user message", "message", "human question", "follow up input", "follow-up question", "standalone question", "new question", "q", "instruction", "instructions", "ask", "prompt", "consigne", "anweisung", "istruzione", "instrucción", "instrução", "rephrase", "frage", "aufgabe", "nutzerfrage", "anfrage", "pregunta", "pregunta del usuario", "tarea", "pergunta", "tarefa", "question de l'utilisateur", "tâche", "demande", "domanda", "richiesta", "compito", "vraag", "opdracht", "pytanie", "zadanie", "soru", "görev", "вопрос", "задача", "запрос", "питання", "سؤال", "السؤال", "سوال", "פרשה", "שאלה", "प्रश्न", "सवाल", "câu hỏi", "pertanyaan", "คำถาม", "問題", "问题", "质问", "質問", "질문", "요청", "用户问题", "请求", "fråga", "otázka", "kérdés", "întrebare", "ερώτηση"],
        fate: .ask),
    AskRule(
        name: "material labels",
        matcher: .headings,
        patterns: ["context", "retrieved context", "retrieved", "context information", "background", "input", "document", "documents", "sources", "source text", "extracts", "excerpts", "search results", "knowledge", "knowledge base", "reference", "references", "passages", "passage", "text", "article", "data", "workbook", "selection", "kontext", "auszüge", "quellen", "dokumente", "contexto", "fragmentos", "extraits récupérés", "extraits", "contexte", "contesto", "documenti", "estratti", "bronnen", "kontekst", "źródła", "bağlam", "kaynaklar", "контекст", "документы", "السياق", "المقتطفات", "متن", "הקשר", "संदर्भ", "ngữ cảnh", "konteks", "บริบท", "资料", "上下文", "参考资料", "検索結果", "文脈", "資料", "문맥", "자료", "검색 결과"],
        fate: .document),
    AskRule(
        name: "history labels",
        matcher: .headings,
        patterns: ["chat history", "conversation history", "previous conversation", "current conversation", "history", "conversation so far", "previous messages", "bisheriger verlauf", "gesprächsverlauf", "historial", "historique", "cronologia", "历史记录", "对话历史", "会話履歴"],
        fate: .context),
    AskRule(
        name: "answer labels",
        matcher: .headings,
        patterns: ["answer", "helpful answer", "response", "your answer", "final answer", "output", "antwort", "respuesta", "resposta", "réponse", "risposta", "antwoord", "odpowiedź", "cevap", "yanıt", "ответ", "відповідь", "الجواب", "پاسخ", "תשובה", "उत्तर", "trả lời", "jawaban", "คำตอบ", "回答", "答案", "답변"]),
    AskRule(
        name: "chat template, person",
        matcher: .speakers,
        patterns: ["<|im_start|>user", "<|user|>", "<|start_header_id|>user<|end_header_id|>", "<start_of_turn>user", "[INST]", "<s>[INST]", "<|prompter|>", "<|User|>", "### Human:", "### User:"]),
    AskRule(
        name: "chat template, model",
        matcher: .speakers,
        patterns: ["<|im_start|>assistant", "<|assistant|>", "<|start_header_id|>assistant<|end_header_id|>", "<start_of_turn>model", "[/INST]", "<|Assistant|>", "### Assistant:"],
        speaker: .assistant),
    AskRule(
        name: "chat template, system",
        matcher: .speakers,
        patterns: ["<|im_start|>system", "<|system|>", "<|start_header_id|>system<|end_header_id|>", "<|im_start|>tool", "### System:"],
        speaker: .system),
    AskRule(
        name: "turn ends",
        matcher: .lines,
        patterns: ["<|im_end|>", "<|end|>", "<|eot_id|>", "<end_of_turn>", "</s>", "<|endoftext|>"],
        extent: .mark),
    AskRule(
        name: "named person",
        matcher: .speakers,
        patterns: ["User:", "Human:", "Customer:", "Client:", "Usuario:", "Usuário:", "Utilisateur:", "Utilisateur :", "Nutzer:", "Benutzer:", "Kunde:", "Utente:", "Gebruiker:", "Użytkownik:", "Kullanıcı:", "Пользователь:", "Користувач:", "用户：", "用户:", "ユーザー：", "ユーザー:", "사용자:", "المستخدم:", "کاربر:", "משתמש:", "उपयोगकर्ता:", "Người dùng:", "Pengguna:", "ผู้ใช้:", "[user]:", "**User:**", "**User**:", "**Human:**"],
        isCommon: true),
    AskRule(
        name: "named model",
        matcher: .speakers,
        patterns: ["Assistant:", "AI:", "Bot:", "Agent:", "Model:", "ChatGPT:", "Asistente:", "Assistente:", "Assistent:", "Asystent:", "Asistan:", "Ассистент:", "Асистент:", "助手：", "助手:", "アシスタント：", "アシスタント:", "도우미:", "어시스턴트:", "المساعد:", "دستیار:", "עוזר:", "सहायक:", "Trợ lý:", "Asisten:", "ผู้ช่วย:", "[assistant]:", "**Assistant:**", "**Assistant**:"],
        speaker: .assistant,
        isCommon: true),
    AskRule(
        name: "scenes",
        matcher: .scenes,
        patterns: ["You are ", "You're ", "The following is a conversation", "The following is a dialog", "A chat between ", "A conversation between ", "Below is a conversation", "This is a conversation", "Current conversation", "System:", "Du bist ", "Tu es ", "Vous êtes ", "Eres ", "Sei un ", "Você é ", "Jesteś ", "Ты ", "Вы ", "你是", "あなたは", "당신은 "]),
    AskRule(
        name: "numbered passages",
        matcher: .passages,
        patterns: ["[{n}] ", "[{n}]:", "[{n}:{n}] ", "[{n}:{n}:{n}] ", "({n}) ", "#{n} ", "【{n}】", "【資料{n}】", "【资料{n}】", "Source {n}:", "Source {n} ", "Document {n}:", "Document [{n}]", "Doc {n}:", "Passage {n}:", "Excerpt {n}", "Extract {n}", "Abstract {n} ", "Chunk {n}", "--- chunk {n}", "--- document {n}", "=== file:", "=== File:", "--- file:", "Auszug {n}", "Dokument {n}", "Quelle {n}", "Fragmento {n}", "Documento {n}", "Fuente {n}", "Extrait {n}", "Estratto {n}", "Fonte {n}", "Bron {n}", "Fragment {n}", "Kaynak {n}", "Фрагмент {n}", "Документ {n}", "资料{n}", "文档{n}", "資料{n}", "문서 {n}", "자료 {n}", "{M{n}}", "Search result {n}"]),
    AskRule(
        name: "message envelope",
        matcher: .envelope,
        patterns: ["text", "message", "content", "prompt", "query", "question", "body", "input", "user_message", "msg"],
        beside: ["channel", "channel_id", "sender", "user", "user_id", "userid", "thread_ts", "ts", "timestamp", "session", "session_id", "conversation_id", "event", "event_type", "type", "message_id", "metadata", "locale", "platform", "from", "team"]),
    AskRule(
        name: "titles",
        matcher: .housekeeping,
        patterns: ["generate a concise title", "generate a concise, {n}", "generate a short title", "generate a title", "create a concise title", "create a short title", "write a short title", "give this conversation a title", "give this chat a title", "suggest a title for this", "generate titles", "you generate titles", "you name conversations", "extract a {n}-{n} word title", "provide a concise, {n}", "detect the language and generate a title", "erzeuge einen kurzen titel", "erstelle einen kurzen titel", "génère un titre court", "genera un título", "genera un titolo", "gere um título", "为以下对话生成标题", "请根据下面的对话生成", "根据以下对话生成", "придумай короткий заголовок", "konuşma için kısa bir başlık", "生成一个简短的标题", "会話のタイトル", "대화의 제목", "\"title\": string"],
        kind: "title"),
    AskRule(
        name: "tag lists",
        matcher: .housekeeping,
        patterns: ["generate {n}-{n} broad tags", "generate broad tags", "generate 1-3 tags", "generate tags for", "categorizing the main themes of the chat"],
        kind: "tags"),
    AskRule(
        name: "follow-up suggestions",
        matcher: .housekeeping,
        patterns: ["suggest {n}-{n} relevant follow-up", "suggest three short follow-up", "suggest follow-up questions", "generate follow-up questions", "suggest {n} follow-up", "erzeuge drei kurze anschlussfragen", "propose trois questions de suivi"],
        kind: "follow-ups"),
    AskRule(
        name: "search queries",
        matcher: .housekeeping,
        patterns: ["generate search queries", "rewrite the user's last message as", "determine the necessity of generating search queries", "analyze the chat history to determine the necessity", "given the following conversation and a follow up question, rephrase", "given a chat history and the latest user question", "rewrite the last question as a search query", "rephrase the follow up question to be a standalone"],
        kind: "query"),
    AskRule(
        name: "compaction",
        matcher: .housekeeping,
        patterns: ["your task is to create a detailed summary of the conversation so far", "summarize the conversation so far", "summarise the conversation so far", "compact the conversation", "create a summary of this conversation to continue", "provide a detailed prompt for continuing our conversation"],
        kind: "summary"),
    AskRule(
        name: "topic checks",
        matcher: .housekeeping,
        patterns: ["decide whether the new user message starts a new topic", "analyze if this message indicates a new conversation topic", "is this message about", "determine whether the user's message is a new topic"],
        kind: "topic"),
    AskRule(
        name: "memories",
        matcher: .housekeeping,
        patterns: ["extract durable facts about the user", "extract facts about the user", "update the user's memory"],
        kind: "memory"),
    AskRule(
        name: "short follow-ups",
        matcher: .followUps,
        patterns: ["yes", "yeah", "yep", "yup", "ya", "y", "ok", "okay", "k", "sure", "please", "please do", "do it", "do that", "go", "go on", "go ahead", "continue", "carry on", "keep going", "proceed", "next", "more", "and", "again", "try again", "retry", "same again", "same for the other one", "same for the others", "the other one too", "and the other one", "both", "the first", "the first one", "the second", "the second one", "all of them", "all", "yes please", "yes do it", "ok do it", "ok go", "ok go ahead", "sounds good", "looks good", "lgtm", "great", "good", "perfect", "fine", "right", "correct", "exactly", "agreed", "approved", "do the rest", "finish it", "fix it", "fix that", "you choose", "whatever you think", "either", "no", "nope", "not yet", "still broken", "still failing", "doesn't work", "that doesn't work", "same error", "why", "why not", "how", "how so", "really", "are you sure", "ja", "ja bitte", "jo", "mach weiter", "weiter", "mach das", "genau", "bitte", "passt", "warum", "wieso", "beide", "nein", "nochmal", "oui", "ouais", "vas-y", "continue s'il te plaît", "d'accord", "pourquoi", "fais-le", "encore", "les deux", "non", "sí", "si", "vale", "dale", "sigue", "continúa", "adelante", "hazlo", "por qué", "otra vez", "los dos", "sim", "pode", "pode ser", "pode fazer", "continua", "faz isso", "por quê", "beleza", "sì", "va bene", "vai", "vai avanti", "procedi", "fallo", "perché", "doe maar", "ga door", "ga verder", "prima", "waarom", "tak", "dalej", "kontynuuj", "zrób to", "dlaczego", "jasne", "evet", "tamam", "devam", "devam et", "yap", "neden", "olur", "да", "давай", "дальше", "продолжай", "ок", "хорошо", "сделай", "почему", "ещё", "так", "далі", "продовжуй", "чому", "добре", "نعم", "أكمل", "تابع", "لماذا", "حسنا", "تمام", "بله", "ادامه بده", "چرا", "باشه", "כן", "תמשיך", "למה", "בסדר", "קדימה", "हाँ", "हां", "जारी रखो", "आगे", "क्यों", "ठीक है", "có", "vâng", "tiếp", "tiếp tục", "tiếp đi", "tại sao", "được", "ừ", "iya", "lanjut", "lanjutkan", "kenapa", "boleh", "oke", "ใช่", "ต่อ", "ต่อเลย", "ทำไม", "โอเค", "ได้", "ครับ", "ค่ะ", "是", "是的", "好", "好的", "继续", "可以", "行", "嗯", "改", "为什么", "下一个", "対", "はい", "続けて", "お願いします", "お願い", "なぜ", "それで", "うん", "ok です", "네", "응", "계속", "계속해", "계속해줘", "왜", "좋아", "그래", "해줘"]),
    AskRule(
        name: "long paste",
        matcher: .paste,
        byteCount: 1500),
]
