/// Everything an operator can set.
///
/// The names of the keys are those of the members, in snake case, nested alike.
public struct ServiceConfiguration: Sendable, Equatable {
    /// Where the service can be reached.
    public var listen = Listen()
    /// Encryption of the TCP port.
    public var tls = TLS()
    /// What callers must show.
    public var tokens = Tokens()
    /// Which models answer.
    public var models = Models()
    /// How requests are classified.
    public var classification = Classification()
    /// Which model answers what, by which policy.
    public var routing = Routing()
    /// Bounds on connections.
    public var http = HTTP()
    /// What is logged.
    public var log = Log()
    /// What the operator should look at though the service can run, a sentence each; logged when the service starts.
    public internal(set) var warnings: [String] = []

    /// The defaults.
    public init() {}

    /// Where the service can be reached.
    public struct Listen: Sendable, Equatable {
        /// Address for TCP; anything but loopback needs tokens, or `allow_remote_without_token`.
        public var host = "127.0.0.1"
        /// TCP port; 0 takes any that is free, nil listens on no port.
        public var port: Int? = 8085
        /// Path of a Unix domain socket, made with mode 0600; nil for none.
        public var unixSocket: String?
        /// Lets a service without tokens be reached from other machines.
        public var allowRemoteWithoutToken = false
        /// Connections at one time; more wait in the kernel's queue.
        public var maxConnections = 20_000
        /// Threads that read, answer small calls and write; all processors where nil.
        public var threads: Int?
    }

    /// Encryption of the TCP port; off without a certificate.
    public struct TLS: Sendable, Equatable {
        /// PEM file with the certificate and its chain.
        public var certificate: String?
        /// PEM file with the certificate's private key.
        public var privateKey: String?
        /// PEM file with the authorities whose clients are let in (mutual TLS); nil asks for no client certificate.
        public var clientAuthorities: String?
    }

    /// Bearer tokens; where one is nil, the calls that it guards need none.
    public struct Tokens: Sendable, Equatable {
        /// For classification and decisions.
        public var classify: String?
        /// The file that `classify` was read from, if it was.
        public var classifyFile: String?
        /// For activating and rolling back models; without it these calls are refused.
        public var admin: String?
        /// The file that `admin` was read from, if it was.
        public var adminFile: String?
    }

    /// Which models answer.
    public struct Models: Sendable, Equatable {
        /// Folder of NAME.safetensors; nil serves `file` or the embedded model alone.
        public var directory: String?
        /// One weights file, served as the default model; not together with `directory`.
        public var file: String?
        /// The model that answers where a call names none.
        public var `default` = "default"
        /// Seconds between looks at the files; 0 never looks.
        public var watchInterval = 1.0
    }

    /// Decisions by a policy, and what they depend on.
    public struct Routing: Sendable, Equatable {
        /// The policy; nil decides nothing.
        public var policy: String?
        /// Seconds between looks at the policy's file; 0 never looks.
        public var watchInterval = 1.0
        /// SQLite file of what was reported; nil keeps it in memory.
        public var state: String?
        /// Days for which a report that comes again is recognised.
        public var stateDays = 35
        /// Most sessions whose model is remembered.
        public var sessions = 100_000
        /// File of JSON Lines in which decisions are recorded; nil records none there.
        public var decisions: String?
        /// Bytes from which on that file is set aside.
        public var decisionsSize = 64 << 20
        /// Files that are kept, the one that is written among them.
        public var decisionsFiles = 8
        /// Whether what was asked is recorded too.
        public var decisionsText = false
        /// Whether decisions are recorded in the state file.
        public var decisionsInState = false
    }

    /// How requests are classified.
    public struct Classification: Sendable, Equatable {
        /// Makes a missing model an error instead of answering the default label.
        public var strict = false
        /// The label answered where there is no model, or no time.
        public var defaultLabel = "complex"
        /// Other names for labels: alias to label.
        public var labelAliases: [String: String] = [:]
        /// YAML file with further rules about what surrounds a request; nil for those of the program alone.
        public var askRules: String?
        /// Seconds that one call may take, waiting included.
        public var timeLimit = 2.0
        /// Most inputs in one call.
        public var batchSize = 1024
        /// Calls that may wait for a thread; more are answered with status 503.
        public var queue = 512
        /// Threads for large calls and batches; all processors where nil.
        public var threads: Int?
    }

    /// Bounds on connections.
    public struct HTTP: Sendable, Equatable {
        /// Largest body in bytes.
        public var bodyLimit = 4 << 20
        /// Largest head of a request in bytes.
        public var headerLimit = 32 << 10
        /// Seconds in which a request's head must arrive.
        public var headerTimeout = 10.0
        /// Seconds in which a request's body must arrive.
        public var bodyTimeout = 30.0
        /// Seconds that a connection may be idle between requests.
        public var idleTimeout = 75.0
        /// Seconds in which a client must take its answer.
        public var writeTimeout = 30.0
        /// Seconds that requests in flight are given when the service stops.
        public var drainTimeout = 20.0
    }

    /// What is logged, to standard error.
    public struct Log: Sendable, Equatable {
        /// `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`.
        public var level = "info"
        /// `json` or `text`.
        public var format = "json"
        /// Which requests are logged: `none`, `errors` or `all`.
        public var requests = "errors"
        /// Adds the texts of requests to the log; off unless the operator wants it.
        public var promptText = false
    }
}
