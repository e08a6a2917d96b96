import Foundation
import ImpastoTensors

/// Styles taken out of a model, put in, renamed and removed.
///
/// A changed model has the network of the one it was made from. All other rows keep their numbers
/// and their order, so that their pictures stay the same, bit for bit.
extension StyleModel {
  /// The style called `name`.
  ///
  /// Of a style that was trained with the network, the settings are the network's.
  ///
  /// - Throws: ``StyleModelError/unknownStyle(_:known:)``, ``StyleModelError/reservedName``.
  public func style(named name: String) throws(StyleModelError) -> Style {
    let place = try place(of: name)
    let row = bank.selecting([name])
    return Style(
      description: styles[place], scale: row.scale.scalars, shift: row.shift.scalars,
      thumbnail: thumbnails[name], trainingSettings: styleSettings[name] ?? trainingSettings)
  }

  /// The model with one more style, after all others; a `photo` row that ends the bank stays there.
  ///
  /// - Throws: ``StyleModelError/badName(_:)``, ``StyleModelError/reservedName``,
  ///   ``StyleModelError/styleExists(_:)``.
  /// - Precondition: the style's row is as long as those of the bank.
  public func adding(_ style: Style) throws(StyleModelError) -> StyleModel {
    try check(newName: style.name)
    let shape: Shape = [1, network.architecture.styleLength]
    let row = StyleBank(
      names: [style.name], scale: Tensor(style.scale, shape: shape),
      shift: Tensor(style.shift, shape: shape))
    var names = bank.names
    names.insert(
      style.name, at: names.last == StyleBank.photoName ? names.count - 1 : names.count)
    return changed(bank.merging(row).selecting(names), styles + [style.description]) { parts in
      parts.thumbnails[style.name] = style.thumbnail
      parts.settings[style.name] = style.trainingSettings
    }
  }

  /// The model without the style called `name`.
  ///
  /// - Throws: ``StyleModelError/unknownStyle(_:known:)``, ``StyleModelError/reservedName``,
  ///   ``StyleModelError/lastStyle(_:)``.
  public func removing(_ name: String) throws(StyleModelError) -> StyleModel {
    let place = try place(of: name)
    guard styles.count > 1 else { throw .lastStyle(name) }
    var styles = styles
    styles.remove(at: place)
    return changed(bank.selecting(bank.names.filter { $0 != name }), styles) { parts in
      parts.thumbnails[name] = nil
      parts.settings[name] = nil
    }
  }

  /// The model in which the style called `name` is called `newName`.
  ///
  /// - Throws: ``StyleModelError/unknownStyle(_:known:)``, ``StyleModelError/badName(_:)``,
  ///   ``StyleModelError/reservedName``, ``StyleModelError/styleExists(_:)``.
  public func renaming(
    _ name: String, to newName: String
  ) throws(StyleModelError) -> StyleModel {
    let place = try place(of: name)
    try check(newName: newName)
    var styles = styles
    styles[place] = styles[place].renamed(to: newName)
    let names = bank.names.map { $0 == name ? newName : $0 }
    let bank = StyleBank(names: names, scale: bank.scale, shift: bank.shift)
    return changed(bank, styles) { parts in
      parts.thumbnails[newName] = parts.thumbnails.removeValue(forKey: name)
      parts.settings[newName] = parts.settings.removeValue(forKey: name)
    }
  }

  /// The model with its styles called and described otherwise, in the same order.
  ///
  /// - Precondition: there are as many as before, of names that styles can have.
  package func describing(_ styles: [StyleDescription]) -> StyleModel {
    let names = Dictionary(uniqueKeysWithValues: zip(self.styles.map(\.name), styles.map(\.name)))
    func renamed<Value>(_ parts: [String: Value]) -> [String: Value] {
      Dictionary(uniqueKeysWithValues: parts.map { (names[$0.key] ?? $0.key, $0.value) })
    }
    return StyleModel(
      network: network,
      bank: StyleBank(
        names: bank.names.map { names[$0] ?? $0 }, scale: bank.scale, shift: bank.shift),
      styles: styles, thumbnails: renamed(thumbnails), trainingSettings: trainingSettings,
      styleSettings: renamed(styleSettings))
  }

  /// The model with a row `photo` of these numbers after all others, in place of one that it has.
  ///
  /// - Precondition: the row is as long as those of the bank.
  package func settingPhotoRow(scale: [Float], shift: [Float]) -> StyleModel {
    let shape: Shape = [1, network.architecture.styleLength]
    let row = StyleBank(
      names: [StyleBank.photoName], scale: Tensor(scale, shape: shape),
      shift: Tensor(shift, shape: shape))
    return changed(bank.merging(row), styles) { _ in }
  }

  /// The model with the row `photo` of another that has the same network.
  ///
  /// - Precondition: `other` has that row.
  package func takingPhotoRow(of other: StyleModel) -> StyleModel {
    let row = other.bank.selecting([StyleBank.photoName])
    return settingPhotoRow(scale: row.scale.scalars, shift: row.shift.scalars)
  }

  /// The index in ``styles`` of the style called `name`.
  private func place(of name: String) throws(StyleModelError) -> Int {
    guard name != StyleBank.photoName else { throw .reservedName }
    guard let place = styles.firstIndex(where: { $0.name == name }) else {
      throw .unknownStyle(name, known: styles.map(\.name))
    }
    return place
  }

  /// Refuses a name that no further style can have.
  private func check(newName name: String) throws(StyleModelError) {
    guard StyleDescription.isValidName(name) else { throw .badName(name) }
    guard name != StyleBank.photoName else { throw .reservedName }
    guard !bank.names.contains(name) else { throw .styleExists(name) }
  }

  private func changed(
    _ bank: StyleBank, _ styles: [StyleDescription],
    _ change: (inout (thumbnails: [String: Data], settings: [String: [String: String]])) -> Void
  ) -> StyleModel {
    var parts = (thumbnails: thumbnails, settings: styleSettings)
    change(&parts)
    return StyleModel(
      network: network, bank: bank, styles: styles, thumbnails: parts.thumbnails,
      trainingSettings: trainingSettings, styleSettings: parts.settings)
  }
}
