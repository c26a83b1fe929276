//! Where to send a browser back to: never to another site.

/// The path and query of a `next` parameter, or `/` when it would lead elsewhere. Browsers read `//host` and `/\\host` as
/// addresses of other sites, and drop tabs and line breaks before they look.
pub fn local_path(next: &str) -> &str {
    let leads_away = !next.starts_with('/') || next.starts_with("//") || next.contains('\\');
    if leads_away || next.chars().any(char::is_control) {
        "/"
    } else {
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        assert_eq!(local_path("/account/orders?page=2"), "/account/orders?page=2");
        for foreign in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(local_path(foreign), "/", "{foreign}");
        }
    }
}
