import ArgumentParser

extension Bench {
  /// A group of measurements.
  enum Section: String, ExpressibleByArgument, CaseIterable {
    case ceilings, kernels, convolutions, stylize, train, accuracy, growth, neighbours, video

    /// The sections that are measured by default.
    static let usual: [Section] = [.kernels, .convolutions, .stylize, .train]

    /// Returns whether an option of those that not all sections heed changes something here.
    func heeds(_ option: String) -> Bool {
      switch self {
      case .ceilings: false
      case .kernels, .convolutions, .growth: ["--size", "--precision", "--runs"].contains(option)
      case .stylize: ["--size", "--precision", "--runs", "--photo"].contains(option)
      case .train: ["--precision", "--runs", "--photo"].contains(option)
      case .accuracy: ["--photos", "--styles", "--model"].contains(option)
      case .video: ["--size", "--photos", "--styles", "--model", "--paintings"].contains(option)
      case .neighbours:
        ["--size", "--precision", "--runs", "--photo", "--busy"].contains(option)
      }
    }
  }
}
