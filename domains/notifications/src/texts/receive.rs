//! What whoever carries texts tells the store: how a text ended, and what people answered.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::MessageId;

use super::{TextNote, TextOutcome, TextState, Texter, Unsigned, settings::find_any_account};
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
    /// The store never sent texts.
    #[error("the store has no account for texts")]
    NotFound,
    /// It is not signed with the store's token.
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Hears what is told, also while texts are off: who answers STOP then gets none once they are on. The same again changes nothing.
pub async fn receive_note(ctx: &mut Ctx, texter: &dyn Texter, note: ReceiveNote<'_>) -> Result<(), ReceiveNoteError> {
    let (_, account) = find_any_account(ctx).await?.ok_or(ReceiveNoteError::NotFound)?;
    match (
        texter.read_note(&account, note.url, note.signature, note.fields)?,
        note.text_id,
    ) {
        (TextNote::Became { outcome, reference }, Some(id)) => match outcome {
            TextOutcome::Taken => store::texts::take_text(ctx, id, &reference).await?,
            TextOutcome::Delivered => {
                store::texts::end_text(ctx, id, (TextState::Delivered, None), &reference).await?;
            }
            TextOutcome::Failed(why) => {
                store::texts::end_text(ctx, id, (TextState::Failed, Some(&why)), &reference).await?;
            }
        },
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
                phone: Some(&from),
                wanted,
                client: note.client,
                reference: reference.as_deref(),
            };
            store::text_wishes::insert(ctx, said).await?;
        }
        (TextNote::Became { .. } | TextNote::Replied { .. } | TextNote::Other, _) => {}
    }
    Ok(())
}
