import Hummingbird
import ImpastoService
import Testing

@Suite struct HealthTests {
  @Test func `the service has its routes`() {
    #expect(!StudioServer().router.routes.isEmpty)
  }
}
