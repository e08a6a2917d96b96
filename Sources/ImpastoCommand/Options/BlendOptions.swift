import ArgumentParser

/// The options of a command that paints one photo in many mixtures, besides what it paints.
struct BlendOptions: ParsableArguments {
  @OptionGroup var jpeg: QualityOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var shown: LongOutputOptions
}
