import Foundation
public import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
public import ImpastoTraining

/// The notes that every kind of run makes when it begins.
protocol BegunRun: Codable, Sendable {
  /// The type of activations, never `auto`.
  var precision: ComputeSettings.Precision { get }
  /// The backend.
  var backend: ComputeSettings.Backend { get }
  /// The number of threads.
  var threads: Int { get }

  /// Refuses settings that no run begins with.
  func checkSettings() throws(TrainingError)
}

/// The manifest of a run: what it began with, and what a resumed run must find again.
public struct RunManifest: Codable, Equatable, Sendable {
  /// The settings of training.
  public var settings: TrainingSettings
  /// The styles to learn, in the order of their rows.
  public var styles: [Style]
  /// The fingerprint of the network that it began with, where it was not random.
  public var from: String?
  /// The fingerprint of the network whose pictures are learned; nil where those of no network are.
  public var teacher: String?
  /// The layers that it began with, as JSON, where the weights were random; of older runs, and of
  /// those with the published ones, nil.
  public var architecture: String?
  /// The settings of rows that are added to that network; nil where all of it is trained.
  public var rows: Rows?
  /// The fingerprint of the photos trained on.
  public var photos: String
  /// The type of activations, never `auto`.
  public var precision: ComputeSettings.Precision
  /// The backend.
  public var backend: ComputeSettings.Backend
  /// The number of threads.
  public var threads: Int
  /// The arithmetic of the steps, in order; left out by versions that did not record it.
  public var arithmetic: [Stretch]?

  /// The steps that were computed in one way.
  public struct Stretch: Codable, Equatable, Sendable {
    /// The steps that had been done before.
    public var afterStep: Int
    /// The instructions that computed them.
    public var instructionSet: InstructionSet
    /// The version of oneDNN.
    public var onednn: String

    /// The way in which the gradients were computed; nil for those of all photos of a step at once.
    public var gradients: Gradients?

    /// A way of computing gradients.
    public enum Gradients: String, Codable, Sendable {
      /// Those of each photo by themselves, which are then added in a fixed order.
      case photo
    }

    /// From here on, what this process computes with.
    init(afterStep: Int, gradients: Gradients?) {
      let arithmetic = Arithmetic.current
      (self.afterStep, instructionSet) = (afterStep, arithmetic.instructionSet)
      (onednn, self.gradients) = (arithmetic.onednn, gradients)
    }

    /// The arithmetic and the way of computing gradients, in words.
    public var words: String { "\(arithmetic)\(gradients == nil ? "" : ", photo by photo")" }

    /// The arithmetic of these steps.
    public var arithmetic: Arithmetic {
      Arithmetic(instructionSet: instructionSet, onednn: onednn)
    }
  }

  /// The settings that only a run that adds rows has.
  public struct Rows: Codable, Equatable, Sendable {
    /// The number of first steps that search for blends.
    public var blendSteps: Int
    /// Indicates whether the paintings' colours are matched to those of the photos.
    public var matchColors: Bool
  }

  /// A style's name, and the SHA-256 of its painting's pixels.
  public struct Style: Codable, Equatable, Sendable {
    /// The name.
    public var name: String
    /// The SHA-256 of width, height and pixels.
    public var painting: String

    init(_ source: StyleSource) {
      name = source.description.name
      var digest = SHA256Digest()
      digest.update(Data("\(source.painting.width)×\(source.painting.height)\n".utf8))
      digest.update(source.painting.pixels)
      painting = digest.hexadecimal()
    }
  }

  /// The arithmetic of the steps of a run so far, `known`, and of those to come.
  static func stretches(
    _ known: [Stretch]?, completedSteps: Int, gradients: Stretch.Gradients?
  ) -> [Stretch] {
    // What no step was done with is not worth telling.
    let done = (known ?? []).filter { $0.afterStep < completedSteps }
    let next = Stretch(afterStep: completedSteps, gradients: gradients)
    return done.last?.words == next.words ? done : done + [next]
  }
}

extension RunManifest: BegunRun {
  func checkSettings() throws(TrainingError) { try settings.check() }
}
