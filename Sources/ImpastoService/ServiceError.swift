import Foundation

/// The reasons why the service cannot begin, or refuses a request, besides those of the modules below.
package enum ServiceError: Error, Equatable, Sendable {
  // MARK: Beginning

  /// Another program listens on the port of the host.
  case portInUse(Int, host: String)
  /// The host and port cannot be listened on; `reason` is the system's.
  case cannotListen(Int, host: String, reason: String)
  /// The files of the page are not where they are looked for.
  case noStudio
  /// Several checkpoints, whose paths are given, would be the model called `name`.
  case equalModels([String], name: String)

  /// The file of the token cannot be used, for the reason given.
  case unusableToken(String, reason: String)

  // MARK: Access

  /// The request is to a host, the first value, that is none of the service's names.
  case wrongHost(String)
  /// The request is of another site's page.
  case foreignOrigin
  /// The request lacks the token.
  case noToken

  // MARK: Requests

  /// The request is not what its path takes, for the reason given.
  case malformed(String)
  /// A setting of a request has a value that it cannot have; `reason` says why and what to do.
  case badSetting(String, reason: String)
  /// No model of the service has the name, the first value; `known` are the names of all.
  case unknownModel(String, known: [String])
  /// Nothing has the id: no photo, mask, film or job, as `kind` says.
  case unknown(kind: String, id: String)
  /// The style is one of the checkpoint's own, and is to be removed.
  case notAdded(style: String)
  /// A job has no result, being in a `state` other than done.
  case noResult(job: String, state: String)
  /// A style has no picture of its painting.
  case noThumbnail(style: String)
  /// A picture of more than `limit` pixels along a side is asked for at once.
  case tooLargeAtOnce(size: Int, limit: Int)
  /// A newer request of the same slot has taken the place of this one.
  case outdated
  /// The client has ended the connection and waits no more.
  case abandoned
  /// As many requests wait as may.
  case busy(seconds: Int)
  /// The body of a request is larger than the `limit` in bytes.
  case bodyTooLarge(limit: Int)
  /// The body of a request comes too slowly.
  case bodyTooSlow
  /// The body is of another type than the path takes.
  case unsupportedType(String, expected: String)

  // MARK: Keeping

  /// Another server works on the data folder; `by` says which process, and since when.
  case dataInUse(String, by: String)
  /// The folder given for the data holds other files.
  case foreignData(String)
  /// A newer Impasto has written the data folder; `version` is that of its layout, or its text.
  case newerData(String, version: String)
  /// The data folder cannot be made, read or written, for the system's reason.
  case unusableData(String, reason: String)
  /// Something cannot be kept, for the system's reason, as where the disk is full.
  case cannotKeep(reason: String)
  /// The file is larger than all that the service keeps may be; both in bytes.
  case quotaExceeded(bytes: Int, limit: Int)
  /// The film cannot be read; `reason` names it.
  case unreadableFilm(reason: String)
  /// The idempotency key came before with other settings.
  case keyReused(String)
  /// As many jobs wait as may.
  case queueFull(limit: Int, seconds: Int)
  /// The job is not one that can be finished early, for the reason given.
  case cannotFinish(reason: String)
}

extension ServiceError: LocalizedError, CustomStringConvertible {
  /// The fault and the remedy.
  package var description: String {
    switch self {
    case .portInUse(let port, let host):
      "port \(port) of \(host): another program listens there; end it, or choose another --port"
    case .cannotListen(let port, let host, let reason):
      "port \(port) of \(host): cannot be listened on (\(reason)); choose another --host or --port"
    case .noStudio:
      """
      the files of the page are missing: expected the folder share/impasto/studio beside the \
      executable's or above it; install Impasto again
      """
    case .equalModels(let files, let name):
      "\(files.joined(separator: ", ")): each would be the model “\(name)”; rename one"
    case .unusableToken(let file, let reason):
      "\(file): \(reason); write a token of 16 letters and digits or more into it"
    case .wrongHost(let host):
      """
      Host “\(host)”: not a name of this service; use its address, or start it with \
      --allow-host NAME
      """
    case .foreignOrigin: "a page of another site may not ask for this"
    case .noToken:
      """
      a token is needed: open the link that the service printed, or send it as \
      Authorization: Bearer TOKEN
      """
    case .notAdded(let style):
      "\(style): a style of the model's own file; only styles that were added can be removed"
    case .noResult(let job, let state): "\(job): the job is \(state) and has no result"
    case .malformed(let reason): reason
    case .badSetting(let setting, let reason): "\(setting): \(reason)"
    case .unknownModel(let name, let known):
      "model: no model is named “\(name)”; expected \(known.joined(separator: ", "))"
    case .unknown(let kind, let id):
      "\(id): no \(kind) has this id; it was never there, was removed, or its time ran out"
    case .noThumbnail(let style): "\(style): there is no picture of its painting"
    case .tooLargeAtOnce(let size, let limit):
      """
      size \(size): pictures of up to \(limit) pixels along the longer side are painted at once; \
      make a job for a larger one (POST /api/v1/jobs)
      """
    case .outdated: "a newer request of the same slot has taken the place of this one"
    case .abandoned: "the client has ended the connection before the answer was there"
    case .busy(let seconds):
      "too many requests wait; ask again in \(seconds) s"
    case .bodyTooLarge(let limit):
      "the body is larger than the \(limit) bytes that are read at most; send a smaller file"
    case .bodyTooSlow: "the body came too slowly; send it again"
    case .unsupportedType(let type, let expected):
      "Content-Type \(type): expected \(expected)"
    case .dataInUse(let path, let process):
      """
      \(path): another impasto serve (\(process)) works on this data; end it, or name another \
      folder with --data
      """
    case .foreignData(let path):
      "\(path): holds files that are not of impasto serve; name an empty or a new folder with --data"
    case .newerData(let path, let version):
      """
      \(path): written by a newer Impasto (version \(version) of the data, expected \
      \(DataFolder.version)); update Impasto, or name another folder with --data
      """
    case .unusableData(let path, let reason):
      """
      \(path): this folder cannot be used for the data (\(reason)); check it and its permissions, or \
      name another with --data
      """
    case .cannotKeep(let reason):
      "the server cannot keep it (\(reason)); free space on its disk, or ask its operator to"
    case .quotaExceeded(let bytes, let limit):
      "the file of \(bytes) bytes is larger than the \(limit) bytes that are kept at most; send a smaller one"
    case .unreadableFilm(let reason): reason
    case .keyReused(let key):
      "Idempotency-Key \(key): came before with other settings; use a new key for a new job"
    case .queueFull(let limit, let seconds):
      "\(limit) jobs wait already, as many as may; ask again in \(seconds) s"
    case .cannotFinish(let reason): reason
    }
  }

  /// The same text as ``description``, for callers that know only `Error`.
  package var errorDescription: String? { description }
}
