public import Foundation

/// The reasons a file cannot be read or written.
public enum FileError: Error, Equatable, Sendable {
  /// Nothing is at the path.
  case missing(path: String)
  /// A folder is at the path.
  case isDirectory(path: String)
  /// Something other than a folder is at the path.
  case notDirectory(path: String)
  /// The file holds no bytes.
  case empty(path: String)
  /// The file is larger than its reader accepts; `limit` in bytes.
  case tooLarge(path: String, limit: Int)
  /// The system refused to open or read the file, for the reason it gives.
  case unreadable(path: String, reason: String)
  /// The file could not be written; what was at the path before is still there.
  case cannotWrite(path: String, reason: String)
  /// The pipe was closed by the program that reads it.
  case closedPipe(path: String)
  /// The path has a longer name than the file system has files of.
  case nameTooLong(path: String)
  /// The folder could not be made.
  case cannotMakeFolder(path: String, reason: String)
  /// The file is not a list of paths.
  case notPaths(path: String)
  /// Another process is at work on the file; `by` says which, and since when.
  case inUse(path: String, by: String)
}

extension FileError: LocalizedError, CustomStringConvertible {
  /// The file, what is wrong with it and what to do.
  public var description: String {
    switch self {
    case .missing(let path):
      "\(path): no such file; check the name and the folder"
    case .isDirectory(let path):
      "\(path): a folder, where a file is expected; name a file inside it"
    case .notDirectory(let path):
      "\(path): a file, where a folder is expected; name the folder that it is in"
    case .empty(let path):
      "\(path): the file is empty; copy or download it again"
    case .tooLarge(let path, let limit):
      "\(path): larger than the \(limit) bytes that are read at most; use a smaller file"
    case .unreadable(let path, let reason):
      "\(path): cannot be read (\(reason)); check the path and its permissions"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written (\(reason)); check the folder, its permissions and the free space"
    case .closedPipe(let path):
      "\(path): the program that reads it ended before all was written; let it read to the end"
    case .nameTooLong(let path):
      "\(path): the name is longer than that of a file can be; choose a shorter one"
    case .cannotMakeFolder(let path, let reason):
      "\(path): this folder cannot be made (\(reason)); name another"
    case .notPaths(let path):
      """
      \(path): not a list of files, since a line is longer than a path can be or has a NUL in it; \
      expected one name a line, or names separated by NUL
      """
    case .inUse(let path, let process):
      "\(path): another impasto (\(process)) is at work on it; wait for its end"
    }
  }

  /// The same text as ``description``, for callers that know only `Error`.
  public var errorDescription: String? { description }
}

/// The system's words for an `errno` value.
func words(for code: Int32) -> String { String(cString: strerror(code)) }
