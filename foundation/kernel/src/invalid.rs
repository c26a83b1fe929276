//! How every layer names bad input: which field, a stable code, and a sentence.

/// One thing that is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct FieldError {
    /// The field's path as the caller wrote it, such as `shipping_address.postal_code`.
    pub field: String,
    /// A stable code such as `required`, also the key of the translated sentence.
    pub code: &'static str,
    /// An English sentence without the field's name.
    pub message: String,
}

impl FieldError {
    /// Names what is wrong with a field.
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            message: message.into(),
        }
    }

    /// The field is empty and must not be.
    pub fn required(field: impl Into<String>) -> Self {
        Self::new(field, "required", "is required")
    }

    /// The same error with `prefix.` before the field.
    pub fn under(mut self, prefix: &str) -> Self {
        self.field = format!("{prefix}.{}", self.field);
        self
    }
}

/// Everything that is wrong with an input, so that a form can show it all at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{} of the fields are invalid: {}", self.0.len(), self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct Invalid(pub Vec<FieldError>);

impl Invalid {
    /// Keeps the value of a parse or notes its error under `field`.
    pub fn check<T>(&mut self, field: &str, parsed: Result<T, FieldError>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.push(FieldError {
                    field: field.to_owned(),
                    ..error
                });
                None
            }
        }
    }

    /// Adds an error.
    pub fn push(&mut self, error: FieldError) {
        self.0.push(error);
    }

    /// `Ok` when nothing was noted.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl From<FieldError> for Invalid {
    fn from(error: FieldError) -> Self {
        Self(vec![error])
    }
}
