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
    let row = rows[place.row]
    return Style(
      description: styles[place.style], scale: row.scale, shift: row.shift,
      thumbnail: thumbnails[name], trainingSettings: styleSettings[name] ?? trainingSettings)
  }

  /// The model with one more style, after all others; a `photo` row that ends the bank stays there.
  ///
  /// - Throws: ``StyleModelError/badName(_:)``, ``StyleModelError/reservedName``,
  ///   ``StyleModelError/styleExists(_:)``.
  /// - Precondition: the style's row is as long as those of the bank.
  public func adding(_ style: Style) throws(StyleModelError) -> StyleModel {
    try check(newName: style.name)
    var rows = rows
    rows.insert(
      Row(name: style.name, scale: style.scale, shift: style.shift),
      at: rows.last?.name == StyleBank.photoName ? rows.count - 1 : rows.count)
    return changed(rows, styles + [style.description]) { parts in
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
    var (rows, styles) = (rows, styles)
    rows.remove(at: place.row)
    styles.remove(at: place.style)
    return changed(rows, styles) { parts in
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
    var (rows, styles) = (rows, styles)
    rows[place.row].name = newName
    styles[place.style] = styles[place.style].renamed(to: newName)
    return changed(rows, styles) { parts in
      parts.thumbnails[newName] = parts.thumbnails.removeValue(forKey: name)
      parts.settings[newName] = parts.settings.removeValue(forKey: name)
    }
  }

  // MARK: Rows

  private struct Row {
    var name: String
    var scale: [Float]
    var shift: [Float]
  }

  private var rows: [Row] {
    let (scale, shift) = (bank.scale.scalars, bank.shift.scalars)
    let length = network.architecture.styleLength
    return bank.names.enumerated().map { row, name in
      let range = row * length..<(row + 1) * length
      return Row(name: name, scale: Array(scale[range]), shift: Array(shift[range]))
    }
  }

  /// Where the style called `name` is in the bank and in ``styles``.
  private func place(of name: String) throws(StyleModelError) -> (row: Int, style: Int) {
    guard name != StyleBank.photoName else { throw .reservedName }
    guard let row = bank.names.firstIndex(of: name),
      let style = styles.firstIndex(where: { $0.name == name })
    else { throw .unknownStyle(name, known: styles.map(\.name)) }
    return (row, style)
  }

  /// Refuses a name that no further style can have.
  private func check(newName name: String) throws(StyleModelError) {
    guard StyleDescription.isValidName(name) else { throw .badName(name) }
    guard name != StyleBank.photoName else { throw .reservedName }
    guard !bank.names.contains(name) else { throw .styleExists(name) }
  }

  private func changed(
    _ rows: [Row], _ styles: [StyleDescription],
    _ change: (inout (thumbnails: [String: Data], settings: [String: [String: String]])) -> Void
  ) -> StyleModel {
    var parts = (thumbnails: thumbnails, settings: styleSettings)
    change(&parts)
    let shape: Shape = [rows.count, network.architecture.styleLength]
    return StyleModel(
      network: network,
      bank: StyleBank(
        names: rows.map(\.name), scale: Tensor(rows.flatMap(\.scale), shape: shape),
        shift: Tensor(rows.flatMap(\.shift), shape: shape)),
      styles: styles, thumbnails: parts.thumbnails, trainingSettings: trainingSettings,
      styleSettings: parts.settings)
  }
}
