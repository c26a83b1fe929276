//! A store decides about reviews.

use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, Permission};

use crate::{Settings, events::SettingsChanged, spam, store};

/// The most words a list may have.
const MOST_BAD_WORDS: usize = 1_000;
/// The most characters a word of it may have.
const LONGEST_BAD_WORD: usize = 50;

/// Why the settings are as they were.
#[derive(Debug, thiserror::Error)]
pub enum UpdateSettingsError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The list of words is too long.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Replaces the settings. What is published or waits stays where it is.
pub async fn update_settings(ctx: &mut Ctx, mut settings: Settings) -> Result<(), UpdateSettingsError> {
    ctx.require(Permission::ManageSettings)?;
    let words = settings.bad_words.iter().map(|word| spam::words(word).join(" "));
    settings.bad_words = words.filter(|word| !word.is_empty()).collect();
    settings.bad_words.sort_unstable();
    settings.bad_words.dedup();
    let too_long = |word: &String| word.chars().count() > LONGEST_BAD_WORD;
    if settings.bad_words.len() > MOST_BAD_WORDS || settings.bad_words.iter().any(too_long) {
        let message = format!("may have at most {MOST_BAD_WORDS} words of {LONGEST_BAD_WORD} characters");
        return Err(FieldError::new("bad_words", "too_many_words", message).into());
    }
    store::settings::upsert(ctx, &settings).await?;
    let store_id = ctx.store_id();
    ctx.publish(&SettingsChanged { store_id }).await?;
    Ok(())
}
