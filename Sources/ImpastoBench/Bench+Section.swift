import ArgumentParser

extension Bench {
  /// What can be measured.
  enum Section: String, ExpressibleByArgument, CaseIterable {
    case ceilings, kernels, convolutions, stylize, train, accuracy, growth, neighbours

    /// What is measured where nothing is chosen.
    static let usual: [Section] = [.kernels, .convolutions, .stylize, .train]

    /// Whether an option of those that not all sections heed changes something here.
    func heeds(_ option: String) -> Bool {
      switch self {
      case .ceilings: false
      case .kernels, .convolutions, .growth: ["--size", "--precision", "--runs"].contains(option)
      case .stylize: ["--size", "--precision", "--runs", "--photo"].contains(option)
      case .train: ["--precision", "--runs", "--photo"].contains(option)
      case .accuracy: ["--photos", "--styles", "--model"].contains(option)
      case .neighbours:
        ["--size", "--precision", "--runs", "--photo", "--busy"].contains(option)
      }
    }
  }
}
