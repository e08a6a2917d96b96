import ImpastoFiles

extension JobQueue {
  /// The command line that does the same as a job of these settings, as a user would type it.
  ///
  /// - Throws: ``ServiceError``; the error of a checkpoint.
  package func command(for settings: JobSettings) async throws -> String {
    let model = settings.kind == .optimize ? nil : try await models.model(settings.model).path
    var (names, known): (SafeNames, [Identifier: String]) = (SafeNames(), [:])
    for id in try settings.files where known[id] == nil {
      guard let stored = try await folder.photo(id) else {
        throw ServiceError.unknown(kind: "photo", id: id.description)
      }
      let isContent = settings.content.contains(id)
      known[id] = names.name(for: stored, in: isContent ? JobCommand.contentFolder : nil)
    }
    return try JobCommand(settings, names: known, model: model?.pathParts.name).text
  }
}
