//! What somebody typed to find rows by.

/// What was typed as PostgreSQL can hold it, without blanks around it and cut at 200 characters.
pub fn literal(typed: &str) -> String {
    typed.trim().chars().filter(|c| *c != '\0').take(200).collect()
}

/// The pattern of `ILIKE` that finds what was typed anywhere in a text; `None` when nothing was typed. It is taken literally.
pub fn contains(typed: &str) -> Option<String> {
    let typed = literal(typed);
    if typed.is_empty() {
        return None;
    }
    let mut pattern = String::from("%");
    for c in typed.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_taken_literally() {
        assert_eq!(contains(" \0 "), None);
        assert_eq!(contains(" 100%_ann "), Some("%100\\%\\_ann%".to_owned()));
    }
}
