/// The settings of the service.
package struct ServiceConfiguration: Sendable {
  /// The name or address that is listened on.
  package var host = "127.0.0.1"
  /// The port; 0 for any that is free.
  package var port = 8080
  /// The checkpoints, of which the first is used where requests name none.
  package var models: [String]
  /// The folder of what the service keeps.
  package var data: String
  /// The folder of the page's files.
  package var page: String

  /// Creates settings.
  package init(models: [String], data: String, page: String) {
    (self.models, self.data, self.page) = (models, data, page)
  }
}
