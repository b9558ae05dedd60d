//! Templates: texts in which `@NAME@` stands for a value.

/// Puts the values in. What a value holds is left as it is, even if it looks like a name.
pub(super) fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(2 * template.len());
    let mut rest = template;
    while let Some(at) = rest.find('@') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let named = values.iter().find_map(|(name, value)| {
            let after = rest.strip_prefix(name)?.strip_prefix('@')?;
            Some((value, after))
        });
        match named {
            Some((value, after)) => {
                out.push_str(value);
                rest = after;
            }
            None => out.push('@'),
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_put_in_once_whatever_it_holds() {
        let values = [("A", "@B@".to_owned()), ("B", "it's".to_owned())];
        assert_eq!(fill("x@A@y@B@ \"$@\" @C@", &values), "x@B@yit's \"$@\" @C@");
    }
}
