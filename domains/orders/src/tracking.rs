//! How a parcel is followed.

use kernel::FieldError;

/// Who carries a parcel, and where it can be followed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tracking {
    /// Who carries it.
    pub carrier: String,
    /// The carrier's number for it.
    pub number: String,
    /// Where it can be followed: empty, or an address that starts with `https://` or `http://`.
    pub url: String,
}

impl Tracking {
    /// The same with blanks around its texts dropped.
    pub(crate) fn checked(mut self) -> Result<Self, FieldError> {
        for (field, text, most) in [
            ("carrier", &mut self.carrier, 100),
            ("tracking_number", &mut self.number, 100),
            ("tracking_url", &mut self.url, 2000),
        ] {
            *text = text.trim().to_owned();
            if text.chars().count() > most || text.chars().any(char::is_control) {
                let message = format!("may have at most {most} printable characters");
                return Err(FieldError::new(field, "too_long", message));
            }
        }
        if !self.url.is_empty() && !self.url.starts_with("https://") && !self.url.starts_with("http://") {
            let message = "must start with https:// or http://";
            return Err(FieldError::new("tracking_url", "invalid_url", message));
        }
        Ok(self)
    }
}
