//! What a function belongs to, as its name tells it.

/// What a function belongs to: `encoding/json` of `encoding/json.(*Decoder).Decode`, `serde_json::de` of `serde_json::de::from_str<T>`, the
/// class of `java/util/HashMap.get`, the library of `ntdll!Wait`. The name itself where it tells nothing.
pub fn module(name: &str) -> &str {
    let plain = name.split_once(['<', '(', '[', '{', ' ']).map_or(name, |(start, _)| start);
    let plain = if plain.is_empty() { name } else { plain };
    if let Some((library, _)) = plain.split_once('!') {
        return library;
    }
    if let Some((path, last)) = plain.rsplit_once('/') {
        // The class or package in front of the function, where there is one.
        let inner = last.find(['.', ':']).filter(|at| *at > 0);
        return inner.map_or(path, |at| plain.get(..path.len() + 1 + at).unwrap_or(path));
    }
    if let Some(at) = plain.rfind("::") {
        // Two levels tell the parts of a library apart; more would make each type a part of its own.
        let inner = plain.match_indices("::").nth(1).map_or(at, |(at, _)| at);
        return plain.get(..inner).unwrap_or(plain);
    }
    match plain.find('.') {
        Some(dot) if dot > 0 => plain.get(..dot).unwrap_or(plain),
        _ => plain,
    }
}
