import ImpastoFiles

/// The pictures of a folder, found by the one rule for all folders of photos, paintings and masks.
///
/// A picture is a file whose name ends in an extension of ``ImageFormat``, or a link to one. Links to
/// folders are followed, to each folder once. What is hidden, its name beginning with a full stop, is
/// passed over. Nothing is opened: pipes, sockets and devices are left out, whatever their names.
///
/// Names are told apart byte by byte. Those that are not text are paths of this package all the same:
/// the pictures can be opened by them.
public struct ImageFolder: Sendable, Equatable {
  /// A picture that was found.
  public struct Picture: Sendable, Equatable {
    /// The path within the folder.
    public let name: String
    /// The size of its file.
    public let byteCount: Int
  }

  /// The folder, as it was named.
  public let path: String
  /// The pictures, in the order of their names' bytes.
  public private(set) var pictures: [Picture] = []
  /// All else that is not hidden, in the same order.
  public private(set) var omissions: [Omission] = []

  /// Lists the folder at `path`.
  ///
  /// - Parameters:
  ///   - isDeep: Whether the folders in it are searched too.
  ///   - excluded: The path of a folder that is left out, where it lies below.
  /// - Throws: ``ImageError/file(_:)`` where there is no such folder or it cannot be listed.
  public init(
    _ path: String, isDeep: Bool, excluding excluded: String? = nil
  ) throws(ImageError) {
    self.path = path
    var walk: FolderWalk
    do throws(FileError) {
      walk = try FolderWalk(path, isDeep: isDeep, excluding: excluded)
      try walk.run()
    } catch {
      throw .file(error)
    }
    func sorted<Found>(_ found: [Found], _ name: KeyPath<Found, String>) -> [Found] {
      found.map { ($0[keyPath: name].pathBytes, $0) }
        .sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    }
    pictures = sorted(walk.pictures, \.name)
    omissions = sorted(walk.omissions, \.path)
  }

  /// The path of the picture of a name.
  public func path(of name: String) -> String { path.appendingPath(name) }
}

extension ImageFolder {
  /// Something in a folder that is not taken for a picture.
  public struct Omission: Sendable, Equatable, Encodable {
    /// Its path: that of the folder, and from there on.
    public let path: String
    /// The reason why it is left out.
    public let reason: Reason

    private enum CodingKeys: String, CodingKey {
      case input, reason
    }

    /// Writes the path as an input, and the reason in words.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(path, forKey: .input)
      try container.encode(reason.description, forKey: .reason)
    }
  }

  /// A reason why something is left out.
  public enum Reason: Sendable, Equatable, CustomStringConvertible {
    /// A file whose name has another extension, or none.
    case noPicture
    /// A folder, where those are not searched.
    case folder
    /// The folder that was to be left out.
    case excludedFolder
    /// A folder that is searched under another name, as where links lead in a circle.
    case searchedFolder
    /// Something other than a file, such as a pipe.
    case special(String)
    /// A link to nothing.
    case brokenLink
    /// A folder or file that the system does not let be looked at, for the reason it gives.
    case unreadable(String)

    /// The reason in words.
    public var description: String {
      switch self {
      case .noPicture: "not a picture by its extension"
      case .folder: "a folder"
      case .excludedFolder: "the folder of the results"
      case .searchedFolder: "a folder that is searched already, under another name"
      case .special(let kind): "\(kind), not a file"
      case .brokenLink: "a link to nothing"
      case .unreadable(let reason): "cannot be read (\(reason))"
      }
    }

    /// Indicates whether pictures may be missing for it that were meant.
    public var isFailure: Bool {
      switch self {
      case .brokenLink, .unreadable: true
      default: false
      }
    }
  }
}
