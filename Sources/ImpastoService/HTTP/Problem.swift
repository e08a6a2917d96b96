import Foundation
import Hummingbird
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing
import NIOCore

/// The answer to a request that is refused or fails: `application/problem+json` of RFC 9457.
struct Problem: Error, Codable, Equatable {
  var type = "about:blank"
  /// The words of the status.
  var title: String
  var status: Int
  /// The fault and the remedy, in the words of the command line.
  var detail: String
  /// The setting that the fault is about.
  var field: String?

  init(_ status: HTTPResponse.Status, _ detail: String, field: String? = nil) {
    (title, self.status) = (status.reasonPhrase, status.code)
    (self.detail, self.field) = (detail, field)
  }

  /// The problem that an error of any module is for a client.
  init(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as ServiceError:
      self.init(error.status, error.description, field: error.field)
    case let error as SessionError:
      self.init(error.status, error.description, field: error.field)
    case let error as StyleModelError:
      self.init(error.status, error.description, field: error.isAboutStyles ? "styles" : nil)
    case let error as ImageError: self.init(error.status, error.description)
    case let error as FileError: self.init(error.status, error.description)
    case let error as StylizingError: self.init(.badRequest, error.description)
    case let error as DecodingError: self.init(.badRequest, error.reason, field: error.field)
    case is NIOTooManyBytesError: self.init(ServiceError.bodyTooLarge(limit: JSONBody.limit))
    case let error as HTTPError:
      self.init(error.status, error.body ?? error.status.reasonPhrase)
    default: self.init(.internalServerError, error.localizedDescription)
    }
  }

  /// The problem as an answer.
  ///
  /// - Parameter headers: What else to tell.
  func response(headers: HTTPFields = [:]) -> Response {
    .bytes(
      JSONBody.encoded(self), type: "application/problem+json", status: .init(code: status),
      headers: headers)
  }
}

extension ServiceError {
  /// The status of an answer.
  var status: HTTPResponse.Status {
    switch self {
    case .malformed, .badSetting, .unknownModel, .tooLargeAtOnce: .badRequest
    case .wrongHost: .misdirectedRequest
    case .foreignOrigin: .forbidden
    case .noToken: .unauthorized
    case .unknown, .noThumbnail: .notFound
    case .outdated, .notAdded, .noResult: .conflict
    // The status that other servers have in their logs for it; nobody reads the answer.
    case .abandoned: .init(code: 499, reasonPhrase: "Client Closed Request")
    case .busy: .tooManyRequests
    case .bodyTooLarge: .contentTooLarge
    case .bodyTooSlow: .requestTimeout
    case .unsupportedType: .unsupportedMediaType
    case .keyReused: .unprocessableContent
    case .queueFull: .tooManyRequests
    case .cannotFinish: .conflict
    case .quotaExceeded: .contentTooLarge
    case .unreadableFilm: .unsupportedMediaType
    case .cannotKeep: .insufficientStorage
    case .portInUse, .cannotListen, .noStudio, .equalModels, .dataInUse, .foreignData, .newerData,
      .unusableData, .unusableToken:
      .internalServerError
    }
  }

  fileprivate var field: String? {
    switch self {
    case .badSetting(let setting, _): setting
    case .unknownModel: "model"
    case .tooLargeAtOnce: "size"
    default: nil
    }
  }
}

extension SessionError {
  fileprivate var status: HTTPResponse.Status {
    switch self {
    case .noModel, .noBFloat16, .notEnoughMemory: .serviceUnavailable
    case .diskFull: .insufficientStorage
    default: .badRequest
    }
  }

  /// The setting of ``outOfRange(setting:value:expected:)`` as requests call it.
  fileprivate var field: String? {
    guard case .outOfRange(let setting, _, _) = self else { return nil }
    return SettingName.camelCase(setting)
  }
}

extension StyleModelError {
  /// Indicates whether the styles of a request are wrong, and not a checkpoint.
  fileprivate var isAboutStyles: Bool {
    switch self {
    case .badMixture, .unknownStyle: true
    default: false
    }
  }

  fileprivate var status: HTTPResponse.Status {
    switch self {
    case .badMixture, .unknownStyle, .badName, .reservedName, .lastStyle: .badRequest
    case .styleExists, .importClash: .conflict
    default: .serviceUnavailable
    }
  }
}

extension FileError {
  fileprivate var status: HTTPResponse.Status {
    switch self {
    case .cannotWrite: .insufficientStorage
    default: .serviceUnavailable
    }
  }
}

extension ImageError {
  fileprivate var status: HTTPResponse.Status {
    switch self {
    case .file(let error): error.status
    case .notAPicture, .unsupported, .missingLibrary: .unsupportedMediaType
    case .tooManyPixels: .contentTooLarge
    default: .badRequest
    }
  }
}

extension HTTPResponse.Status {
  /// The server cannot keep what the request needs it to keep (RFC 4918).
  static let insufficientStorage = Self(code: 507, reasonPhrase: "Insufficient Storage")
}
