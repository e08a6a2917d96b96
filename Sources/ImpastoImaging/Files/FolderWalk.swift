import ImpastoFiles

/// A walk through a folder that sorts what is there into pictures and omissions.
struct FolderWalk {
  private(set) var pictures: [ImageFolder.Picture] = []
  private(set) var omissions: [ImageFolder.Omission] = []

  private let root: String
  private let isDeep: Bool
  private let excluded: FileStatus.Identity?
  /// The folders searched so far, which a link may lead to again.
  private var searched: Set<FileStatus.Identity>
  /// The names of folders still to be searched; the root's is empty.
  private var folders = [""]
  /// The names of links to folders, which are followed last: a folder goes by its own name where it
  /// has one.
  private var links: [String] = []

  init(_ root: String, isDeep: Bool, excluding excluded: String?) throws(FileError) {
    (self.root, self.isDeep) = (root, isDeep)
    let identity = try FileStatus(root).identity
    searched = [identity]
    let other = excluded.flatMap { try? FileStatus($0).identity }
    self.excluded = other == identity ? nil : other
  }

  /// Searches all folders.
  ///
  /// - Throws: ``FileError`` where the root cannot be listed.
  mutating func run() throws(FileError) {
    while true {
      if let folder = folders.popLast() {
        try list(folder)
      } else if !links.isEmpty {
        enter(links.removeFirst())
      } else {
        return
      }
    }
  }

  private mutating func list(_ folder: String) throws(FileError) {
    let names: [String]
    do throws(FileError) {
      names = try Directory.names(in: folder.isEmpty ? root : root.appendingPath(folder))
    } catch {
      if folder.isEmpty { throw error }
      return leaveOut(folder, error)
    }
    for name in names where name.utf8.first != UInt8(ascii: ".") {
      look(at: folder.isEmpty ? name : folder.appendingPath(name))
    }
  }

  private mutating func look(at name: String) {
    let path = root.appendingPath(name)
    let status: FileStatus
    do throws(FileError) {
      status = try FileStatus(path)
    } catch {
      return leaveOut(name, error)
    }
    switch status.kind {
    case .file where Self.isPicture(name):
      pictures.append(.init(name: name, byteCount: status.size))
    case .file: leaveOut(name, .noPicture)
    case .pipe: leaveOut(name, .special("a pipe"))
    case .socket: leaveOut(name, .special("a socket"))
    case .device: leaveOut(name, .special("a device"))
    case .folder where status.identity == excluded: leaveOut(name, .excludedFolder)
    case .folder where !isDeep: leaveOut(name, .folder)
    case .folder: if FileStatus.isLink(path) { links.append(name) } else { enter(name) }
    }
  }

  /// Has a folder searched, unless it has been.
  private mutating func enter(_ name: String) {
    guard let folder = try? FileStatus(root.appendingPath(name)).identity else { return }
    if searched.insert(folder).inserted {
      folders.append(name)
    } else {
      leaveOut(name, .searchedFolder)
    }
  }

  private mutating func leaveOut(_ name: String, _ reason: ImageFolder.Reason) {
    omissions.append(.init(path: root.appendingPath(name), reason: reason))
  }

  private mutating func leaveOut(_ name: String, _ error: FileError) {
    if case .unreadable(_, let reason) = error {
      leaveOut(name, .unreadable(reason))
    } else if FileStatus.isLink(root.appendingPath(name)) {
      leaveOut(name, Self.isPicture(name) ? .brokenLink : .noPicture)
    }
    // What is gone since it was listed is not there to be left out.
  }

  private static func isPicture(_ name: String) -> Bool {
    (try? ImageFormat(pathExtension: name)) != nil
  }
}
