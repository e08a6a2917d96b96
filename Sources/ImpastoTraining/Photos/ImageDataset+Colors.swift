public import ImpastoImaging

extension ImageDataset {
  /// The colours of the photos: those of up to 100 evenly spaced ones, of which each counts as much
  /// as another.
  ///
  /// Photos that cannot be read or are too small are left out.
  ///
  /// - Parameter onWarning: Called with each warning, as in `ImageReader.warnings`.
  /// - Throws: ``TrainingError/noReadablePhotos(folder:reason:)``.
  public func colorStatistics(
    onWarning: (String) -> Void = { _ in }
  ) throws(TrainingError) -> ColorStatistics {
    let sampleCount = min(count, 100)
    var (parts, firstReason): ([ColorStatistics], String?) = ([], nil)
    for sample in 0..<sampleCount {
      do throws(TrainingError) {
        let photo = try photo(at: sample * count / sampleCount, onWarning: onWarning)
        parts.append(ColorStatistics(of: photo))
      } catch {
        firstReason = firstReason ?? error.description
      }
    }
    guard !parts.isEmpty else {
      throw .noReadablePhotos(folder: folder, reason: firstReason ?? "")
    }
    return ColorStatistics(of: parts)
  }
}
