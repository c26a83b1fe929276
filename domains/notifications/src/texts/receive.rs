//! What whoever carries texts tells the store: how a text ended, and what people answered.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::MessageId;

use super::{TextNote, TextOutcome, TextState, Texter, Unsigned, find_text_account};
use crate::store::{self, text_wishes::NewWish};

/// What was posted.
#[derive(Debug, Clone)]
pub struct ReceiveNote<'n> {
    /// The text it is about, where it is about one.
    pub text_id: Option<MessageId>,
    /// The address it was posted to, which is signed with it.
    pub url: &'n str,
    /// The signature.
    pub signature: &'n str,
    /// The fields.
    pub fields: &'n BTreeMap<String, String>,
    /// From which address of the internet it came.
    pub client: &'n str,
}

/// Why it was not heard.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveNoteError {
    /// The store sends no texts.
    #[error("the store sends no texts")]
    NotFound,
    /// It is not signed with the store's token.
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Hears what is told. The same again changes nothing.
pub async fn receive_note(ctx: &mut Ctx, texter: &dyn Texter, note: ReceiveNote<'_>) -> Result<(), ReceiveNoteError> {
    let (_, account) = find_text_account(ctx).await?.ok_or(ReceiveNoteError::NotFound)?;
    match (
        texter.read_note(&account, note.url, note.signature, note.fields)?,
        note.text_id,
    ) {
        (TextNote::Ended(TextOutcome::Delivered), Some(id)) => {
            store::texts::end_text(ctx, id, TextState::Delivered, None).await?;
        }
        (TextNote::Ended(TextOutcome::Failed(why)), Some(id)) => {
            store::texts::end_text(ctx, id, TextState::Failed, Some(&why)).await?;
        }
        (
            TextNote::Replied {
                from,
                wanted,
                reference,
            },
            None,
        ) => {
            let said = NewWish {
                about: None,
                phone: &from,
                wanted,
                client: note.client,
                reference: reference.as_deref(),
            };
            store::text_wishes::insert(ctx, said).await?;
        }
        (TextNote::Ended(_) | TextNote::Replied { .. } | TextNote::Other, _) => {}
    }
    Ok(())
}
