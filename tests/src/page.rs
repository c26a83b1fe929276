//! An answer, as a test looks at it.

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// The answer to the last request of a chain of redirects.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// The path and query that answered.
    pub(crate) path: String,
}

impl Page {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }

    /// Fails with the whole page unless it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}\n{}", self.path, self.body);
        self
    }

    /// The value of the form field of that name; of several radio buttons the checked one's.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let wanted = format!("name=\"{name}\"");
        let mut tags = self.body.split('<').filter_map(|rest| rest.split_once('>'));
        tags.find_map(|(tag, _)| {
            let chosen = !tag.contains("type=\"radio\"") || tag.contains(" checked");
            (tag.starts_with("input") && tag.contains(&wanted) && chosen)
                .then(|| unescape(between(tag, " value=\"", "\"").unwrap_or_default()))
        })
    }

    /// The text of the element with that `data-testid`, without tags.
    pub(crate) fn text(&self, testid: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(&format!("data-testid=\"{testid}\""))?;
        let (_, content) = rest.split_once('>')?;
        let text = content.split("</").next().unwrap_or_default();
        let visible = text
            .split('<')
            .map(|piece| piece.rsplit('>').next().unwrap_or_default());
        Some(unescape(visible.collect::<String>().trim()))
    }

    pub(crate) fn has(&self, testid: &str) -> bool {
        self.body.contains(&format!("data-testid=\"{testid}\""))
    }

    /// Whether the visitor was sent to sign in.
    pub(crate) fn sends_to_login(&self) -> bool {
        self.status.is_redirection() && self.location().starts_with("/login")
    }
}

/// What stands between the first `before` and the `after` that follows it.
pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

fn unescape(text: &str) -> String {
    text.replace("&#x2f;", "/")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
