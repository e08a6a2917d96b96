import ImpastoNetworks

/// Layers that give dreams of one kind, chosen by looking at them.
public enum DreamPreset: String, CaseIterable, Sendable {
  /// Eyes, and faces of animals around them.
  case eyes
  /// Waves and ripples along the edges of the photo.
  case ripples
  /// Fur, scales and rows of beads.
  case beads
  /// Vases, towers and creatures: the largest forms.
  case figures

  /// The layers that are raised.
  public var targets: [DreamSettings.Target] {
    switch self {
    case .eyes: [.init(VGG19.Tap(4, 4))]
    case .ripples: [.init(VGG19.Tap(3, 3))]
    case .beads: [.init(VGG19.Tap(5, 1))]
    case .figures: [.init(VGG19.Tap(5, 3))]
    }
  }
}
