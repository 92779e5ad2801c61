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
        patterns: ["environment_context", "environment_details", "env", "environment", "runtime_information", "repository_info", "workspace_info", "workspace_context", "workspaceInfo", "user_info", "userInfo", "environmentInfo", "environment_info", "system_info", "git_status", "gitStatus", "project_layout", "directory_structure", "open_files", "open_tabs", "editorContext", "editor_context", "contexto_editor", "ide_context", "ide_state", "ide_opened_file", "ide_diagnostics", "ide_selection_info", "additional_data", "cursor_context", "rules", "cursor_rules", "user_rules", "agent_skills", "available_skills", "project_context", "repo_map", "terminal_state", "terminals", "sandbox_status", "permissions", "system_context", "date", "current_time", "环境信息", "環境情報", "umgebung", "entorno", "contesto_editor", "contexte_editeur", "편집기", "에디터", "エディタ", "编辑器", "edytor", "editor", "outline", "build", "cursor", "cursor_position", "sesion", "session", "screen", "context_window", "token_budget", "budget", "mcp_servers", "tool_use_instructions", "toolUseInstructions", "session_context", "EnvironmentContext", "info-msg", "skills_instructions", "collaboration_mode"],
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
        patterns: ["[channel:{w}]", "[workspace:{w}]", "[workspace {w}]", "[system:{w}]", "[slack #{w}]", "[slack message{w}]", "[thread in {w}]", "[telegram {w}]", "[telegram {w} {w}]", "[whatsapp {w}]", "[whatsapp {w} {w}]", "[discord {w}]", "[discord {w} {w}]", "[signal {w}]", "[signal {w} {w}]", "[imessage{w}]", "[message from {w}]", "[session:{w}]", "[user:{w}]", "[sender:{w}]", "[from:{w}]", "[time:{w}]", "[message_id:{w}]", "[image #{w}]", "[image:{w}]", "[pasted text #{w}]", "[request interrupted{w}]", "[page:{w}]", "[locale:{w}]", "[tenant:{w}]", "[ticket #{w}]", "(via {w})", "[new message from {w}]", "[{n}/{n}/{n}, {n}:{n}] ", "[{n}/{n}/{n}, {n}:{n}:{n}] ", "<@U{w}> ", "<at>{w}</at> "],
        extent: .mark),
    AskRule(
        name: "notes in brackets",
        matcher: .lines,
        patterns: ["[system notice", "[notification", "[context] ", "[plan] ", "[knowledge] ", "[datasource] ", "message for you, from @"]),
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
        name: "steering files",
        matcher: .lines,
        patterns: ["## Included Rules ("],
        extent: .paragraph),
    AskRule(
        name: "demands of agents",
        matcher: .lines,
        patterns: ["[ERROR] You did not use a tool in your previous"],
        extent: .message),
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
        patterns: ["Use the above code to answer the following question", "Use the above context to answer", "Current file:", "Currently open file:", "Open file:", "Cursor position:", "Selected lines:", "Codebase context from file path", "My working directory is /", "My working directory is ~", "My working directory is `", "My working directory is C:", "(Open file:", "(Current directory:", "bash-$", "Today's date is ", "The current date is ", "Current date:", "Current time:"]),
    AskRule(
        name: "editor notes before the request",
        matcher: .lines,
        patterns: ["Today's date is {w}. ", "The current date is {w}. ", "Current date: {w}. ", "Current time: {w}. ", "My working directory is /{w}. ", "Use the above code to answer the following question: "],
        extent: .mark),
    AskRule(
        name: "retrieval notes",
        matcher: .lines,
        patterns: ["CONTEXT (retrieved {w})", "Retrieved {n} ", "Search results for \"", "Search results for '", "Search results for {w}:", "Search results for {w}\n\n"]),
    AskRule(
        name: "retrieval instructions",
        matcher: .lines,
        patterns: ["Use the following context as your learned knowledge"]),
    AskRule(
        name: "retrieval demands",
        matcher: .lines,
        patterns: ["When answer to user:"],
        extent: .paragraph),
    AskRule(
        name: "retrieved text without a label",
        matcher: .lines,
        patterns: ["Context information is below", "We have provided context information below"],
        fate: .document,
        extent: .through,
        until: ["Given the context information", "Given this information"]),
    AskRule(
        name: "retrieval with citations",
        matcher: .lines,
        patterns: ["Respond to the user query using the provided context"],
        fate: .document,
        extent: .through,
        until: ["</context>"]),
    AskRule(
        name: "how an agent writes",
        matcher: .lines,
        patterns: ["Answer the following questions as best you can"],
        fate: .document,
        extent: .through,
        until: ["Begin!"]),
    AskRule(
        name: "quoted mail",
        matcher: .lines,
        patterns: ["-----Original Message-----", "-----Ursprüngliche Nachricht-----", "---------- Forwarded message", "---------- Weitergeleitete Nachricht", "Begin forwarded message:", "On Mon, {w} wrote:", "On Tue, {w} wrote:", "On Wed, {w} wrote:", "On Thu, {w} wrote:", "On Fri, {w} wrote:", "On Sat, {w} wrote:", "On Sun, {w} wrote:", "________________________________\nFrom: "],
        fate: .document,
        extent: .quote),
    AskRule(
        name: "question labels",
        matcher: .headings,
        patterns: ["question", "user question", "the question", "query", "user query", "user request", "request", "task", "current task", "user", "user input", "user message", "message", "human question", "follow up input", "follow-up question", "standalone question", "new question", "q", "new message", "new user message", "the user's new message", "now answer the user's new message", "latest message", "latest user message", "current message", "current question", "latest question", "instruction", "instructions", "ask", "prompt", "consigne", "anweisung", "istruzione", "instrucción", "instrução", "rephrase", "frage", "aufgabe", "nutzerfrage", "anfrage", "pregunta", "pregunta del usuario", "tarea", "pergunta", "tarefa", "question de l'utilisateur", "tâche", "demande", "domanda", "richiesta", "compito", "vraag", "opdracht", "pytanie", "zadanie", "soru", "görev", "вопрос", "задача", "запрос", "питання", "سؤال", "السؤال", "سوال", "פרשה", "שאלה", "प्रश्न", "सवाल", "câu hỏi", "pertanyaan", "คำถาม", "問題", "问题", "质问", "質問", "질문", "요청", "用户问题", "请求", "fråga", "otázka", "kérdés", "întrebare", "ερώτηση"],
        fate: .ask),
    AskRule(
        name: "material labels",
        matcher: .headings,
        patterns: ["context", "retrieved context", "retrieved", "context information", "background", "input", "document", "documents", "sources", "source text", "extracts", "excerpts", "search results", "knowledge", "knowledge base", "reference", "references", "passages", "passage", "text", "article", "data", "workbook", "selection", "kontext", "auszüge", "quellen", "dokumente", "contexto", "fragmentos", "extraits récupérés", "extraits", "contexte", "contesto", "documenti", "estratti", "bronnen", "kontekst", "źródła", "bağlam", "kaynaklar", "контекст", "документы", "السياق", "المقتطفات", "متن", "הקשר", "संदर्भ", "ngữ cảnh", "konteks", "บริบท", "资料", "上下文", "参考资料", "検索結果", "文脈", "資料", "문맥", "자료", "검색 결과"],
        fate: .document),
    AskRule(
        name: "history labels",
        matcher: .headings,
        patterns: ["chat history", "conversation history", "previous conversation", "current conversation", "history", "conversation so far", "here is the conversation so far", "here is our conversation so far", "previous messages", "bisheriger verlauf", "gesprächsverlauf", "historial", "historique", "cronologia", "历史记录", "对话历史", "会話履歴"],
        fate: .context),
    AskRule(
        name: "answer labels",
        matcher: .headings,
        patterns: ["answer", "thought", "helpful answer", "response", "your answer", "final answer", "output", "antwort", "respuesta", "resposta", "réponse", "risposta", "antwoord", "odpowiedź", "cevap", "yanıt", "ответ", "відповідь", "الجواب", "پاسخ", "תשובה", "उत्तर", "trả lời", "jawaban", "คำตอบ", "回答", "答案", "답변"]),
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
        patterns: ["text", "message", "content", "prompt", "query", "question", "body", "input", "user_message", "msg", "chatInput"],
        beside: ["sessionId", "chat_id", "channel", "channel_id", "sender", "user", "user_id", "userid", "thread_ts", "ts", "timestamp", "session", "session_id", "conversation_id", "event", "event_type", "type", "message_id", "metadata", "locale", "platform", "from", "team"]),
    AskRule(
        name: "titles",
        matcher: .housekeeping,
        patterns: ["generate a concise title", "generate a concise, {n}", "generate a short title", "generate a title", "create a concise title", "create a short title", "write a short title", "give this conversation a title", "give this chat a title", "suggest a title for this", "generate titles", "you generate titles", "you name conversations", "extract a {n}-{n} word title", "provide a concise, {n}", "detect the language and generate a title", "erzeuge einen kurzen titel", "erstelle einen kurzen titel", "génère un titre court", "genera un título", "genera un titolo", "gere um título", "为以下对话生成标题", "请根据下面的对话生成", "根据以下对话生成", "придумай короткий заголовок", "konuşma için kısa bir başlık", "生成一个简短的标题", "会話のタイトル", "대화의 제목", "\"title\": string", "write a {n}-{n} word title", "generate a concise ui title", "you are a title generator", "直接返回这句话的简要主题", "总结为 {n} 个字以内的标题"],
        kind: "title"),
    AskRule(
        name: "tag lists",
        matcher: .housekeeping,
        patterns: ["generate {n}-{n} broad tags", "generate broad tags", "generate 1-3 tags", "generate tags for", "categorizing the main themes of the chat"],
        kind: "tags"),
    AskRule(
        name: "follow-up suggestions",
        matcher: .housekeeping,
        patterns: ["suggest {n}-{n} relevant follow-up", "suggest three short follow-up", "suggest follow-up questions", "generate follow-up questions", "suggest {n} follow-up", "erzeuge drei kurze anschlussfragen", "propose trois questions de suivi", "[suggestion mode: suggest what the user might"],
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
        patterns: ["extract durable facts about the user", "extract facts about the user", "update the user's memory", "you are a personal information organizer", "extract the relevant facts and preferences about the user"],
        kind: "memory"),
    AskRule(
        name: "short follow-ups",
        matcher: .followUps,
        patterns: ["yes", "yeah", "yep", "yup", "ya", "y", "ok", "okay", "k", "sure", "please", "please do", "do it", "do that", "go", "go on", "go ahead", "continue", "carry on", "keep going", "proceed", "next", "more", "and", "again", "try again", "retry", "same again", "same for the other one", "same for the others", "the other one too", "and the other one", "both", "the first", "the first one", "the second", "the second one", "all of them", "all", "yes please", "yes do it", "ok do it", "ok go", "ok go ahead", "please continue", "yes please continue", "yes continue", "yes go on", "yes go ahead", "ok continue", "please proceed", "yes proceed", "please go on", "sounds good", "looks good", "lgtm", "great", "good", "perfect", "fine", "right", "correct", "exactly", "agreed", "approved", "do the rest", "finish it", "fix it", "fix that", "you choose", "whatever you think", "either", "no", "nope", "not yet", "still broken", "still failing", "doesn't work", "that doesn't work", "same error", "why", "why not", "how", "how so", "really", "are you sure", "ja", "ja bitte", "jo", "mach weiter", "weiter", "mach das", "genau", "bitte", "passt", "warum", "wieso", "beide", "nein", "nochmal", "oui", "ouais", "vas-y", "continue s'il te plaît", "d'accord", "pourquoi", "fais-le", "encore", "les deux", "non", "sí", "si", "vale", "dale", "sigue", "continúa", "adelante", "hazlo", "por qué", "otra vez", "los dos", "sim", "pode", "pode ser", "pode fazer", "continua", "faz isso", "por quê", "beleza", "sì", "va bene", "vai", "vai avanti", "procedi", "fallo", "perché", "doe maar", "ga door", "ga verder", "prima", "waarom", "tak", "dalej", "kontynuuj", "zrób to", "dlaczego", "jasne", "evet", "tamam", "devam", "devam et", "yap", "neden", "olur", "да", "давай", "дальше", "продолжай", "ок", "хорошо", "сделай", "почему", "ещё", "так", "далі", "продовжуй", "чому", "добре", "نعم", "أكمل", "تابع", "لماذا", "حسنا", "تمام", "بله", "ادامه بده", "چرا", "باشه", "כן", "תמשיך", "למה", "בסדר", "קדימה", "हाँ", "हां", "जारी रखो", "आगे", "क्यों", "ठीक है", "có", "vâng", "tiếp", "tiếp tục", "tiếp đi", "tại sao", "được", "ừ", "iya", "lanjut", "lanjutkan", "kenapa", "boleh", "oke", "ใช่", "ต่อ", "ต่อเลย", "ทำไม", "โอเค", "ได้", "ครับ", "ค่ะ", "是", "是的", "好", "好的", "继续", "可以", "行", "嗯", "改", "为什么", "下一个", "対", "はい", "続けて", "お願いします", "お願い", "なぜ", "それで", "うん", "ok です", "네", "응", "계속", "계속해", "계속해줘", "왜", "좋아", "그래", "해줘"]),
    AskRule(
        name: "long paste",
        matcher: .paste,
        byteCount: 1500),
    AskRule(
        name: "salutation",
        matcher: .salutations,
        patterns: ["hi", "hello", "hey", "hiya", "howdy", "dear", "greetings", "hallo", "liebe", "lieber", "guten", "hola", "estimado", "estimada", "bonjour", "cher", "chère", "ciao", "gentile", "egregio", "olá", "prezado", "prezada", "caro", "cara", "привет", "здравствуйте", "уважаемый", "уважаемая", "привіт", "вітаю", "шановний", "cześć", "szanowny", "szanowna", "merhaba", "sayın", "sevgili", "beste", "geachte", "hoi", "halo", "مرحبا", "שלום", "नमस्ते", "xin", "chào", "สวัสดีครับ", "สวัสดีค่ะ"]),
    AskRule(
        name: "signature",
        matcher: .signatures,
        patterns: ["regards", "best regards", "kind regards", "warm regards", "warmest regards", "with kind regards", "best wishes", "all the best", "best", "sincerely", "yours sincerely", "yours faithfully", "yours truly", "respectfully", "cheers", "thanks", "many thanks", "thank you", "thx", "thanks a lot", "thanks so much", "thank you very much", "thank you so much", "thanks in advance", "thank you in advance", "sent from my", "sent from a", "get outlook for", "this message and any attachments", "the contents of this email", "confidentiality notice", "this email is confidential", "with compliments", "thanking you", "yours obediently", "sent on the move", "br", "rgds", "tia", "love", "xoxo", "warmly", "gratefully", "cordially", "blessings", "mit freundlichen grüßen", "mit freundlichem gruß", "viele grüße", "liebe grüße", "beste grüße", "herzliche grüße", "danke", "vielen dank", "von meinem iphone gesendet", "gesendet von", "cordialement", "bien cordialement", "bien à vous", "merci", "merci beaucoup", "merci d'avance", "envoyé de mon", "saludos", "un saludo", "atentamente", "gracias", "muchas gracias", "enviado desde mi", "abrazos", "atenciosamente", "obrigado", "obrigada", "enviado do meu", "cordiali saluti", "distinti saluti", "grazie", "grazie mille", "un saluto", "inviato da", "с уважением", "спасибо", "заранее спасибо", "отправлено с", "з повагою", "дякую", "pozdrawiam", "z poważaniem", "dziękuję", "wysłano z", "saygılarımla", "teşekkürler", "teşekkür ederim", "sevgiler", "met vriendelijke groet", "met vriendelijke groeten", "groeten", "groetjes", "bedankt", "dank je wel", "salam", "hormat saya", "terima kasih", "trân trọng", "cảm ơn", "xin cảm ơn"]),
    AskRule(
        name: "courtesies",
        matcher: .courtesies,
        patterns: ["a", "again", "all", "also", "am", "an", "and", "any", "anyone", "are", "around", "as", "asking", "assist", "assistant", "at", "be", "been", "bit", "bot", "bother", "bothering", "bug", "but", "can", "claude", "chatgpt", "gpt", "ai", "could", "day", "disturb", "do", "doing", "evening", "everybody", "everyone", "favor", "favour", "fine", "folks", "following", "for", "forward", "friend", "friends", "from", "good", "great", "guys", "had", "hand", "have", "hear", "hearing", "help", "helping", "here", "here's", "i", "i'd", "i'll", "i'm", "i've", "if", "in", "is", "it", "it's", "just", "kind", "kindly", "lot", "lovely", "madam", "mate", "matter", "may", "me", "message", "moment", "morning", "most", "much", "my", "need", "nice", "of", "on", "one", "or", "out", "patience", "please", "pls", "plz", "question", "quick", "quickly", "reading", "really", "reply", "request", "response", "robot", "sec", "second", "see", "sir", "small", "so", "some", "somebody", "someone", "soon", "support", "task", "team", "that", "the", "there", "these", "this", "time", "to", "today", "too", "trouble", "up", "us", "very", "was", "we", "week", "weekend", "well", "were", "will", "with", "wonderful", "wondering", "would", "yesterday", "you", "you'll", "you're", "your", "yours", "assistance", "advance", "appreciated", "afternoon", "below", "ask", "something", "would", "like", "question", "grateful", "attention", "consideration", "hi", "hello", "hey", "thing", "with", "wish", "worries", "rush", "let", "know", "unclear", "anything", "questions", "whenever", "possible", "urgent", "asap", "get", "have", "got", "few", "minutes", "minute", "advice", "little", "looking", "taking", "mind", "might", "able", "able", "somehow", "guess", "ok", "okay", "right", "so", "well", "then", "first", "me", "nd", "ur", "u", "r", "ty", "thx", "ta", "hope", "thank", "thanks", "sorry", "apologies", "excuse", "pardon", "greetings", "dear", "appreciate", "cheers", "welcome", "bye", "goodbye", "kind", "regards", "best", "wishes", "sincerely", "faithfully", "god", "bless", "happy", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "night", "new", "year", "holidays", "keeping", "safe", "finds", "find", "keep", "going", "everything", "things", "life", "that's", "not", "don't", "no", "problem", "thanking", "waiting", "positive", "revert", "earliest", "anyway", "owe", "family", "mother", "tongue", "clear", "tell", "twice", "hard", "feelings", "deal", "means", "million", "bunch", "tons", "greatly", "valued", "convenience", "contact", "hesitate", "further", "interrupting", "intrusion", "inconvenience", "delay", "late", "hour", "english", "bad", "mistakes", "learning", "language", "native", "typos", "trying", "yes", "it'd", "wanted", "thought", "i'd", "to", "someone", "who", "having", "being", "patient", "request", "meet", "using", "used", "never", "before", "service", "part", "offer", "available", "out", "look", "back", "trouble", "bad", "swamped", "busy", "again", "moment", "find", "requests", "colleagues", "colleague", "hereunder", "beforehand", "taking", "whole", "everybody", "plenty", "happily", "off", "my", "mine", "yet", "still", "another", "one", "more", "last", "old", "usual", "this", "thing", "week", "great", "other", "side", "needed", "rest", "too", "late", "knows", "thing", "stuck", "desperate", "struggling", "extremely", "super", "awesome", "amazing", "star", "lifesaver", "legend", "best", "kindness", "effort", "efforts", "support", "guidance", "consider", "trust", "may"],
        beside: ["hi", "hello", "hey", "hiya", "yo", "forgive", "apologise", "apologize", "nice to meet you", "good to meet you", "bear with me", "to whom it may concern", "task below", "request below", "happy monday", "happy friday", "have a good", "at your convenience", "esteemed", "respected", "obliged", "mind helping", "me again", "thankful", "gratitude", "compliments", "muchly", "happy holidays", "take care", "howdy", "greetings", "good morning", "good afternoon", "good evening", "good day", "morning", "evening", "dear", "how are you", "how are you doing", "how is it going", "hope", "thank", "thanks", "thank you", "thx", "ty", "tia", "sorry", "apologies", "excuse me", "pardon", "please", "pls", "plz", "kindly", "help", "help me", "assist", "assistance", "appreciate", "appreciated", "grateful", "cheers", "quick question", "quick one", "small request", "quick request", "little request", "small favor", "small favour", "small question", "question for you", "the following", "see below", "a favor", "a favour", "favour", "favor", "a request", "my request", "my question", "a question", "one question", "bother you", "trouble you", "bug you", "disturb you", "in advance", "regards", "best wishes", "god bless you", "let me know", "no rush", "no worries", "have a great", "have a nice", "have a good", "looking forward", "your time", "your patience", "your kindness", "your attention", "you're a star", "you're the best", "hear from you", "hearing from you", "a moment", "got a sec", "got a minute", "a hand", "can i ask", "may i ask", "was wondering", "bye", "goodbye", "happy new year", "nice day"]),
    AskRule(
        name: "courtesies in German",
        matcher: .courtesies,
        patterns: ["ich", "du", "sie", "ihr", "euch", "ihnen", "dir", "mir", "uns", "bin", "hab", "habe", "haben", "hätte", "hast", "kannst", "können", "könnt", "könnten", "könntest", "würde", "würden", "wäre", "wenn", "mal", "kurz", "kurze", "kleine", "eine", "einen", "ein", "der", "die", "das", "dem", "den", "bei", "mit", "für", "im", "es", "geht", "gut", "geht's", "und", "folgenden", "folgendem", "folgender", "sehr", "ganz", "schon", "noch", "da", "hier", "zusammen", "alle", "an", "um", "zu", "sagen", "stören", "störe", "störung", "etwas", "was", "auf", "zeit", "tag", "morgen", "abend", "guten", "schönen", "schöne", "grüß", "lieb", "nett", "freundlich", "freundlicherweise", "weiter", "weiterhelfen", "viel", "vielen", "lieben", "herzlichen", "voraus", "mühe", "unterstützung", "antwort", "freue", "mich"],
        beside: ["hallo", "hi", "hey", "moin", "servus", "guten morgen", "guten tag", "guten abend", "grüß gott", "danke", "dank", "bitte", "entschuldigung", "entschuldige", "sorry", "hilfe", "helfen", "frage", "anliegen", "wie geht's", "wie geht es", "ich hoffe", "grüße", "schönen tag"]),
    AskRule(
        name: "courtesies in French",
        matcher: .courtesies,
        patterns: ["je", "j'ai", "j'aurais", "j'espère", "que", "vous", "tu", "allez", "vas", "bien", "tout", "le", "la", "les", "un", "une", "de", "d'avance", "pour", "avec", "ceci", "cela", "ça", "va", "pouvez", "pourriez", "pourrais", "peux", "m'aider", "me", "à", "petite", "petit", "rapide", "en", "est", "et", "votre", "ton", "temps", "monde", "suivante", "suivant", "déranger", "beaucoup", "mille", "infiniment", "par", "si", "plaît", "te", "s'il", "avance", "bonne", "journée", "soirée", "semaine", "réponse", "votre"],
        beside: ["bonjour", "bonsoir", "salut", "coucou", "merci", "pardon", "désolé", "désolée", "excusez-moi", "excuse-moi", "s'il vous plaît", "s'il te plaît", "svp", "stp", "m'aider", "aide", "question", "demande", "j'espère", "cordialement", "bonne journée", "bonne soirée"]),
    AskRule(
        name: "courtesies in Spanish",
        matcher: .courtesies,
        patterns: ["qué", "tal", "cómo", "estás", "está", "están", "espero", "que", "estés", "esté", "bien", "todo", "todos", "tengo", "tenía", "una", "un", "pregunta", "duda", "rápida", "pequeña", "me", "puedes", "puede", "podrías", "podría", "ayudar", "ayudarme", "con", "esto", "lo", "siguiente", "de", "antemano", "por", "la", "el", "tu", "su", "tiempo", "molestar", "molestia", "moleste", "muchas", "mil", "muy", "amable", "y", "a", "los", "días", "tardes", "noches", "buen", "día", "se", "te", "agradezco", "agradecería", "mucho", "ayuda", "hacer", "favor", "necesito", "equipo"],
        beside: ["hola", "buenas", "buenos días", "buenas tardes", "buenas noches", "gracias", "por favor", "perdón", "perdona", "disculpa", "disculpe", "ayuda", "ayudar", "ayudarme", "pregunta", "duda", "saludos", "agradezco", "agradecería", "lo siguiente", "cómo estás"]),
    AskRule(
        name: "courtesies in Portuguese",
        matcher: .courtesies,
        patterns: ["tudo", "bem", "bom", "boa", "dia", "tarde", "noite", "como", "vai", "você", "vocês", "espero", "que", "esteja", "tenho", "uma", "um", "pergunta", "dúvida", "rápida", "pequena", "me", "pode", "poderia", "podem", "ajudar", "com", "isso", "isto", "o", "a", "seguinte", "desde", "já", "pela", "pelo", "sua", "seu", "ajuda", "atenção", "tempo", "incomodar", "incômodo", "muito", "e", "de", "por", "preciso", "pessoal", "equipe", "favor", "antemão", "agradeço"],
        beside: ["oi", "olá", "bom dia", "boa tarde", "boa noite", "obrigado", "obrigada", "por favor", "desculpe", "desculpa", "ajuda", "ajudar", "pergunta", "dúvida", "agradeço", "tudo bem"]),
    AskRule(
        name: "courtesies in Italian",
        matcher: .courtesies,
        patterns: ["come", "stai", "sta", "spero", "che", "tu", "lei", "stia", "bene", "tutto", "tutti", "ho", "avrei", "una", "un", "domanda", "veloce", "piccola", "mi", "può", "puoi", "potresti", "potrebbe", "aiutare", "aiutarmi", "con", "questo", "il", "la", "seguente", "in", "anticipo", "per", "tuo", "suo", "tempo", "aiuto", "disturbo", "disturbare", "molte", "tante", "mille", "molto", "e", "di", "buona", "giornata", "serata", "favore", "bisogno", "pazienza", "disponibilità"],
        beside: ["ciao", "salve", "buongiorno", "buonasera", "grazie", "per favore", "per piacere", "scusa", "scusi", "scusate", "aiuto", "aiutarmi", "domanda", "disturbo", "buona giornata"]),
    AskRule(
        name: "courtesies in Dutch",
        matcher: .courtesies,
        patterns: ["ik", "je", "jij", "u", "jullie", "hoop", "dat", "het", "goed", "gaat", "met", "heb", "had", "een", "vraag", "vraagje", "korte", "kleine", "kun", "kunt", "kunnen", "zou", "me", "mij", "even", "helpen", "hiermee", "hierbij", "dit", "volgende", "alvast", "voor", "de", "hulp", "moeite", "tijd", "storen", "heel", "erg", "veel", "en", "fijne", "dag", "morgen", "middag", "avond", "goede", "allemaal", "wil"],
        beside: ["hoi", "hallo", "hey", "goedemorgen", "goedemiddag", "goedenavond", "goedendag", "dag", "bedankt", "dank", "dankjewel", "alsjeblieft", "alstublieft", "sorry", "excuses", "hulp", "helpen", "vraag", "vraagje", "groeten", "fijne dag"]),
    AskRule(
        name: "courtesies in Russian and Ukrainian",
        matcher: .courtesies,
        patterns: ["добрый", "доброе", "доброго", "день", "дня", "утро", "вечер", "надеюсь", "у", "вас", "тебя", "вы", "всё", "все", "хорошо", "как", "дела", "есть", "меня", "один", "вопрос", "просьба", "можете", "можешь", "могли", "бы", "мне", "помочь", "с", "этим", "следующим", "за", "помощь", "время", "внимание", "большое", "очень", "заранее", "и", "беспокойство", "что", "беспокою", "нужна", "ваша", "твоя", "добрий", "доброго", "сподіваюся", "сподіваюсь", "добре", "маю", "питання", "прохання", "можете", "чи", "б", "мені", "допомогти", "цим", "допомогу", "час", "дуже", "наперед", "турбую", "ви", "потрібна", "всім", "всем"],
        beside: ["привет", "здравствуйте", "здравствуй", "добрый день", "доброе утро", "добрый вечер", "спасибо", "благодарю", "пожалуйста", "извините", "простите", "помогите", "помочь", "помощь", "вопрос", "просьба", "привіт", "вітаю", "добрий день", "доброго дня", "дякую", "будь ласка", "вибачте", "перепрошую", "допоможіть", "допомогти", "питання"]),
    AskRule(
        name: "courtesies in Polish",
        matcher: .courtesies,
        patterns: ["dzień", "dobry", "dobry", "wieczór", "mam", "nadzieję", "że", "wszystko", "u", "ciebie", "państwa", "dobrze", "jedno", "krótkie", "małe", "pytanie", "prośbę", "czy", "możesz", "mógłbyś", "mogłabyś", "może", "mi", "pomóc", "z", "tym", "następującym", "za", "pomoc", "czas", "bardzo", "góry", "i", "przeszkadzam", "kłopot", "potrzebuję", "pomocy", "w"],
        beside: ["cześć", "hej", "witam", "dzień dobry", "dobry wieczór", "dziękuję", "dzięki", "proszę", "przepraszam", "pomóc", "pomoc", "pomocy", "pytanie", "prośbę", "pozdrawiam"]),
    AskRule(
        name: "courtesies in Turkish",
        matcher: .courtesies,
        patterns: ["iyi", "günler", "akşamlar", "günaydın", "umarım", "iyisinizdir", "iyisindir", "nasılsın", "nasılsınız", "bir", "küçük", "hızlı", "sorum", "var", "bana", "bu", "konuda", "yardımcı", "olur", "olabilir", "musun", "musunuz", "misin", "misiniz", "şimdiden", "çok", "için", "zaman", "ettiğim", "rahatsız", "ve", "ederim", "herkese", "kolay", "gelsin"],
        beside: ["merhaba", "selam", "selamlar", "günaydın", "iyi günler", "iyi akşamlar", "teşekkürler", "teşekkür", "lütfen", "kusura bakmayın", "pardon", "özür dilerim", "yardımcı", "yardım", "sorum", "kolay gelsin"]),
    AskRule(
        name: "courtesies in Vietnamese and Indonesian",
        matcher: .courtesies,
        patterns: ["xin", "chào", "bạn", "anh", "chị", "em", "mình", "tôi", "có", "một", "câu", "hỏi", "nhờ", "giúp", "với", "việc", "này", "nhé", "ạ", "rất", "nhiều", "trước", "vì", "đã", "làm", "phiền", "cho", "được", "không", "khỏe", "mọi", "người", "selamat", "pagi", "siang", "sore", "malam", "semoga", "kabar", "baik", "saya", "mau", "ingin", "ada", "bisa", "tolong", "bantu", "membantu", "dengan", "ini", "berikut", "banyak", "atas", "bantuannya", "waktunya", "ya", "kak", "pak", "bu", "sebelumnya", "mengganggu", "teman", "semua"],
        beside: ["xin chào", "chào", "cảm ơn", "cám ơn", "làm ơn", "xin lỗi", "giúp", "câu hỏi", "halo", "hai", "selamat pagi", "selamat siang", "selamat sore", "selamat malam", "terima kasih", "makasih", "mohon", "maaf", "permisi", "tolong", "bantu", "apa kabar"]),
    AskRule(
        name: "courtesies without spaces",
        matcher: .courtesies,
        beside: ["你好", "您好", "大家好", "早上好", "下午好", "晚上好", "请问", "打扰了", "不好意思", "麻烦了", "麻烦你了", "麻烦您了", "请帮帮我", "帮帮忙", "请帮忙", "谢谢", "谢谢你", "谢谢您", "多谢", "非常感谢", "十分感谢", "感谢", "提前谢谢", "先谢谢了", "辛苦了", "拜托了", "祝好", "こんにちは", "こんばんは", "おはようございます", "すみません", "お世話になっております", "お疲れ様です", "はじめまして", "お願いします", "よろしくお願いします", "よろしくお願いいたします", "宜しくお願い致します", "ありがとうございます", "ありがとう", "助かります", "失礼します", "恐れ入りますが", "안녕하세요", "안녕", "감사합니다", "고맙습니다", "고마워요", "부탁드립니다", "부탁드려요", "부탁합니다", "죄송합니다", "죄송하지만", "실례합니다", "수고하세요", "สวัสดีครับ", "สวัสดีค่ะ", "สวัสดี", "ขอบคุณครับ", "ขอบคุณค่ะ", "ขอบคุณ", "ขอบคุณมากครับ", "ขอบคุณมากค่ะ", "รบกวนด้วยครับ", "รบกวนด้วยค่ะ", "ขอโทษครับ", "ขอโทษค่ะ"]),
    AskRule(
        name: "courtesies in Arabic, Hebrew and Persian",
        matcher: .courtesies,
        patterns: ["لدي", "عندي", "سؤال", "هل", "يمكنك", "يمكنكم", "مساعدتي", "في", "هذا", "جزيلا", "لك", "لكم", "مقدما", "على", "وقتك", "يا", "كيف", "حالك", "من", "أرجو", "أن", "تكون", "بخير", "الخير", "النور", "אפשר", "יש", "לי", "שאלה", "קצרה", "אתה", "יכול", "את", "יכולה", "לעזור", "עם", "זה", "מאוד", "רבה", "מראש", "על", "העזרה", "לך", "לכם", "טוב", "טובים", "مهمان", "وقت", "بخیر", "خوب", "هستید", "یک", "سوال", "دارم", "می‌توانید", "کمکم", "کنید", "با", "این", "خیلی", "از", "شما", "پیشاپیش"],
        beside: ["שאלה", "سؤال", "سوال", "مرحبا", "مرحبًا", "أهلا", "السلام عليكم", "صباح الخير", "مساء الخير", "شكرا", "شكرًا", "من فضلك", "لو سمحت", "عذرا", "آسف", "مساعدة", "שלום", "היי", "בוקר טוב", "ערב טוב", "תודה", "בבקשה", "סליחה", "עזרה", "سلام", "ممنون", "متشکرم", "مرسی", "لطفا", "ببخشید", "کمک", "با تشکر", "روز بخیر"]),
    AskRule(
        name: "courtesies in Hindi and Korean",
        matcher: .courtesies,
        patterns: ["आप", "कैसे", "हैं", "मुझे", "मेरा", "एक", "छोटा", "सा", "सवाल", "है", "क्या", "मेरी", "मदद", "कर", "सकते", "सकती", "इसमें", "में", "बहुत", "आपका", "पहले", "से", "समय", "के", "लिए", "की", "ज़रूरत", "चाहिए", "혹시", "좀", "도와주실", "수", "있나요", "있을까요", "질문", "하나", "있습니다", "있어요", "미리", "정말", "너무", "바쁘신데", "시간", "내주셔서", "잘", "지내시죠", "다들"],
        beside: ["नमस्ते", "नमस्कार", "हैलो", "धन्यवाद", "शुक्रिया", "कृपया", "माफ़", "क्षमा", "मदद", "सवाल", "안녕하세요", "안녕", "감사합니다", "감사해요", "고맙습니다", "부탁드립니다", "부탁드려요", "부탁해요", "죄송합니다", "죄송하지만", "실례합니다", "도와주세요", "도와주실", "질문"]),
]
