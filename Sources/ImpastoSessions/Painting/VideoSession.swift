import Foundation
package import ImpastoCluster
import ImpastoCompute
public import ImpastoImaging
import ImpastoNetworks
public import ImpastoStylizing
public import ImpastoVideo

/// The painting of a film from one file to another, within a budget of memory.
///
/// ```swift
/// let session = VideoSession(
///   input: .film(try VideoFile("holiday.mp4")), output: try .init(path: "wave.mp4"),
///   styles: MixtureTimeline(StyleMixture("great-wave")))
/// let outcome = try session.run(
///   stylizer: stylizer, memory: MemoryBudget(),
///   begin: { start in print("about \(start.expectedFrames ?? 0) frames") },
///   progress: { frames in print("\(frames) painted") })
/// ```
public struct VideoSession: Sendable {
  /// A source of frames.
  public enum Input: Sendable {
    /// A film in a file.
    case film(VideoFile)
    /// The pictures of a folder, shown at a number of frames a second.
    case folder(ImageFolder, speed: Rational)
    /// A film on standard input; where it is live, only the newest frame waits to be painted.
    case standardInput(isLive: Bool)
  }

  /// A destination of frames.
  public enum Output: Sendable {
    /// A film in a file, whose extension chooses the container.
    case film(String)
    /// A folder of PNG files.
    case folder(String)
    /// A stream of raw pictures to a file descriptor, such as `STDOUT_FILENO`, which stays open.
    case stream(Int32)

    /// Chooses by the name: a folder where there is one or the name has no extension, else a film.
    ///
    /// - Throws: `VideoError.unknownContainer`.
    public init(path: String) throws(VideoError) {
      if FrameOutput.isFolder(path) {
        self = .folder(path)
      } else {
        _ = try VideoContainer(ofOutput: path)
        self = .film(path)
      }
    }
  }

  /// The properties of a session that has begun.
  public struct Start: Sendable {
    /// The properties of all frames.
    public let format: FrameFormat
    /// The number of frames, as far as it is known.
    public let expectedFrames: Int?
    /// The number of frames that an earlier run has painted.
    public let earlierFrames: Int
    /// The warnings about the film, as sentences.
    public let warnings: [String]
  }

  /// The result of a session.
  public struct Outcome: Sendable {
    /// The film, whose time of encoding includes that of steadying, which goes on in the same thread.
    public let film: VideoPipeline.Outcome
    /// The time that was spent steadying.
    public let steadying: Duration
    /// The measured steadiness; nil for a film that was not steadied, or has one frame.
    public let steadiness: Steadiness?
    /// Indicates whether a film that was stopped can be continued by a session that ``continues``.
    public let canBeContinued: Bool
  }

  /// The source of frames.
  public var input: Input
  /// The destination of frames.
  public var output: Output
  /// The part of the film, and the size of its frames.
  public var selection: VideoReader.Selection
  /// The codec of the result, and its quality.
  public var encoding: VideoWriter.Encoding
  /// The styles over time, outside the regions.
  public var styles: MixtureTimeline
  /// The parts with mixtures of their own.
  public var regions: [FilmRegion]
  /// The size of the strokes as a multiple of the painting's, within `Stylizer.strokeSizes`.
  public var strokeSize: Double
  /// Indicates whether only light and shade are painted and the colours are those of the film.
  public var keepsColors: Bool
  /// Indicates whether strokes move with what they show, in place of being set anew in each frame.
  public var isSteady: Bool
  /// Indicates whether to go on after the parts of the film that a stopped run has finished.
  public var continues: Bool

  /// Creates a session.
  public init(
    input: Input, output: Output, selection: VideoReader.Selection = .init(),
    encoding: VideoWriter.Encoding = .init(), styles: MixtureTimeline, regions: [FilmRegion] = [],
    strokeSize: Double = 1, keepsColors: Bool = false, isSteady: Bool = true,
    continues: Bool = false
  ) {
    (self.input, self.output, self.selection) = (input, output, selection)
    (self.encoding, self.styles, self.regions) = (encoding, styles, regions)
    (self.strokeSize, self.keepsColors) = (strokeSize, keepsColors)
    (self.isSteady, self.continues) = (isSteady, continues)
  }

  /// Paints the film.
  ///
  /// - Parameters:
  ///   - goesOn: Asked from any thread, several times within a frame, whether to go on. A film that
  ///     is stopped is finished with the frames so far.
  ///   - begin: Called once, before the first frame.
  ///   - progress: Called after each frame with the number of those that are painted.
  /// - Throws: ``SessionError/outOfRange(setting:value:expected:)``, `VideoError`,
  ///   ``SessionError/shortMask(_:seconds:of:needed:)``, ``SessionError/cannotStylize(_:reason:)``, `StylizingError.invisibleRegion`; then nothing is left of the result.
  public func run(
    stylizer: Stylizer, memory: MemoryBudget,
    while goesOn: @escaping @Sendable () -> Bool = { true }, begin: (Start) -> Void = { _ in },
    progress: (_ frames: Int) -> Void = { _ in }
  ) throws -> Outcome {
    try run(
      stylizer: stylizer, memory: memory, ranks: .alone, while: goesOn, begin: begin,
      progress: progress)
  }

  /// The same for rank 0, where `ranks` paint the frames, the others by `paintShare`.
  package func run(
    stylizer: Stylizer, memory: MemoryBudget, ranks: Communicator,
    while goesOn: @escaping @Sendable () -> Bool, begin: (Start) -> Void,
    progress: (_ frames: Int) -> Void
  ) throws -> Outcome {
    try PaintingSettings.check(strokeSize: strokeSize)
    let (source, sourceNotices, expectedFrames) = try openSource()
    let format = source.format
    try checkMasks()
    let ahead = VideoPipeline.queueLength + 2 * (ranks.size - 1)
    let painter = try FramePainter(
      self, width: format.width, height: format.height, stylizer, memory, ahead: ahead,
      steadies: isSteady)
    let parts = try openParts(format, stylizer)
    let sequence = try FrameSequence(
      self, format, threads: stylizer.backend.threads.count, parts)
    let earlierFrames = sequence.count
    let steadied = SteadiedFrames(sequence)
    let places = try FilmRegionReader(
      painter.regions, selection, format, isLabeled: isSteady)
    let (sink, sinkNotices) = try openSink(format, parts)
    begin(
      Start(
        format: format, expectedFrames: expectedFrames, earlierFrames: earlierFrames,
        warnings: sourceNotices + sinkNotices))
    let frames = SharedFrames(places, format)
    // Frames of a live source that come while one is painted must not wait: they are left out.
    let isLive = isLive
    let shared: any VideoSource =
      isLive ? source : SharedSource(source, frames, after: earlierFrames)
    let work = SharedWork(frames: frames, dealing: ranks.deal(frames), ranks: ranks)
    let outcome: VideoPipeline.Outcome
    var count = earlierFrames
    do {
      outcome = try VideoPipeline.run(
        from: shared, to: steadied.sink(before: sink), after: earlierFrames, ahead: ahead,
        keepsNewest: isLive,
        while: goesOn
      ) { frame in
        if isLive { try frames.append(frame) }
        guard let painted = try work.picture(of: frame, by: painter, named: name, while: goesOn)
        else { return nil }
        steadied.expect(isSteady ? frame.image : nil, labels: painted.labels)
        count += 1
        progress(count)
        return VideoFrame(image: painted.picture, time: frame.time)
      }
    } catch {
      try work.finish()
      throw error
    }
    try work.finish()
    if !outcome.isStopped { parts?.remove() }
    _ = try ranks.gather(!outcome.isStopped)
    return Outcome(
      film: outcome, steadying: steadied.steadying, steadiness: steadied.steadiness,
      canBeContinued: outcome.isStopped && parts?.isWorthKeeping == true)
  }

  /// The name of the input in errors.
  var name: String {
    switch input {
    case .film(let film): film.path
    case .folder(let folder, _): folder.path
    case .standardInput: "standard input"
    }
  }

  private var isLive: Bool { if case .standardInput(true) = input { true } else { false } }

  private func openSource() throws -> sending (any VideoSource, [String], Int?) {
    switch input {
    case .film(let film):
      let reader = try VideoReader(film, selection)
      return (
        reader, reader.notices,
        film.expectedFrameCount(from: selection.start, duration: selection.duration)
      )
    case .folder(let folder, let speed):
      let reader = try FrameFolderReader(folder, speed: speed, longerSide: selection.longerSide)
      return (reader, [], reader.count)
    case .standardInput(let isLive):
      return (
        try VideoReader.standardInput(longerSide: selection.longerSide, isLive: isLive),
        lostStreams, nil
      )
    }
  }

  /// The remark that a stream, which is read only once, loses its sound where a film is made of it.
  private var lostStreams: [String] {
    guard case .film = output else { return [] }
    return [
      "\(name): only the pictures of a stream are painted; sound and subtitles are kept of a film in a file"
    ]
  }

  /// The parts of the film to write; nil where it has none.
  private func openParts(_ format: FrameFormat, _ stylizer: Stylizer) throws -> VideoParts? {
    guard case .film(let path) = output, try VideoContainer(ofOutput: path).isWrittenInParts else {
      return nil
    }
    try Folder.checkWritable(path)
    return try VideoParts(
      of: path, format, settings: continuedSettings(stylizer), continues: continues)
  }

  private func openSink(
    _ format: FrameFormat, _ parts: VideoParts?
  ) throws -> sending (any VideoSink, notices: [String]) {
    switch output {
    case .film(let path):
      try Folder.checkWritable(path)
      var original: VideoWriter.Original?
      if case .film(let film) = input { original = .init(film, selection) }
      let writer = try VideoWriter(
        to: path, format, encoding, original: original, parts: parts)
      return (writer, writer.notices)
    case .folder(let path):
      return (FrameFolderSink(folder: try FrameFolder(path), path: path), [])
    case .stream(let descriptor):
      return (try FrameStream(descriptor, format), [])
    }
  }
}

/// Painted frames as the files of a folder.
private final class FrameFolderSink: VideoSink {
  private let folder: FrameFolder
  private let path: String

  init(folder: FrameFolder, path: String) { (self.folder, self.path) = (folder, path) }

  func append(_ frame: VideoFrame) throws(VideoError) {
    do {
      try folder.append(frame.image)
    } catch {
      throw .cannotWrite(path, reason: error.localizedDescription)
    }
  }

  func finish(endingAfter end: Double?) { folder.finish() }
}
