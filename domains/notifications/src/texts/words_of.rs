//! What a store's texts and pushes say: the theme's words, or the merchant's own.

use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, Locale, MessageId, Money, OrderId, Permission, SeededEntropy, Time, TypedId as _};

use super::{
    PhoneNumber, SendText, TextFacts, TextKind, TextLength, TextPreview,
    write::{lasts, whole},
};
use crate::{Channel, Mails, Notice, store, store::texts::NewText};

/// Words that a store has of its own, without the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnWords {
    /// Of which text.
    pub kind: TextKind,
    /// In which language.
    pub locale: Locale,
    /// When they were saved last.
    pub updated_at: Time,
}

/// Why words stay as they were, or no text is sent.
#[derive(Debug, thiserror::Error)]
pub enum SaveWordsError {
    /// The actor may not change them.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// They make no text, or the number is none.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Which words of a channel are the merchant's own.
pub async fn list_words(ctx: &mut Ctx, channel: Channel) -> Result<Vec<OwnWords>, SaveWordsError> {
    ctx.require(Permission::ManageSettings)?;
    Ok(store::words::list(ctx, channel).await?)
}

/// The words of a text or a push, and whether they are the merchant's own.
pub async fn find_words(
    ctx: &mut Ctx,
    mails: &Mails,
    channel: Channel,
    (kind, locale): (TextKind, Locale),
) -> Result<(String, bool), SaveWordsError> {
    ctx.require(Permission::ManageSettings)?;
    let own = store::words::find(ctx, channel, kind, locale).await?;
    Ok(match own {
        Some(words) => (words, true),
        None => (mails.renderer().words(channel, kind, locale), false),
    })
}

/// How words look in a text about an order that nobody placed.
pub fn preview_words(
    ctx: &Ctx,
    mails: &Mails,
    (kind, locale): (TextKind, Locale),
    words: &str,
) -> Result<TextPreview, SaveWordsError> {
    ctx.require(Permission::ManageSettings)?;
    let words = kind.checked(words)?;
    let text = whole(kind, &words, &example(ctx, mails, locale))?;
    let length = TextLength::of(&text);
    Ok(TextPreview { text, length })
}

/// How words look in a push about an order that nobody placed.
pub fn preview_push(
    ctx: &Ctx,
    mails: &Mails,
    (kind, locale): (TextKind, Locale),
    words: &str,
) -> Result<Notice, SaveWordsError> {
    ctx.require(Permission::ManageSettings)?;
    let words = kind.checked(words)?;
    Ok(Notice::of(kind, &words, &example(ctx, mails, locale))?)
}

/// An order's facts, as long as they are in a real text.
fn example(ctx: &Ctx, mails: &Mails, locale: Locale) -> TextFacts {
    let id = OrderId::generate(Time::UNIX_EPOCH, &SeededEntropy::new(1));
    let link = mails.link(ctx.store(), &format!("/orders/{id}?token={}", mails.order_token(id)));
    TextFacts {
        store: ctx.store().name.clone(),
        link,
        amount: Money::new(1_234_500, ctx.currency()).format(locale),
        ..TextFacts::sample()
    }
}

/// Keeps the merchant's words; those of the theme, or none, take them away.
pub async fn save_words(
    ctx: &mut Ctx,
    mails: &Mails,
    channel: Channel,
    (kind, locale): (TextKind, Locale),
    words: &str,
) -> Result<(), SaveWordsError> {
    ctx.require(Permission::ManageSettings)?;
    if words.trim().is_empty() {
        return Ok(store::words::put(ctx, channel, (kind, locale), None).await?);
    }
    let words = kind.checked(words)?;
    let facts = example(ctx, mails, locale);
    match channel {
        Channel::Text => whole(kind, &words, &facts).map(drop)?,
        Channel::Push => Notice::of(kind, &words, &facts).map(drop)?,
    }
    let own = Some(words.as_str()).filter(|words| *words != mails.renderer().words(channel, kind, locale));
    Ok(store::words::put(ctx, channel, (kind, locale), own).await?)
}

/// Sends such a text to whoever wants to see it on their own telephone.
pub async fn send_test_text(
    ctx: &mut Ctx,
    mails: &Mails,
    (kind, locale): (TextKind, Locale),
    words: &str,
    to: &PhoneNumber,
) -> Result<MessageId, SaveWordsError> {
    let preview = preview_words(ctx, mails, (kind, locale), words)?;
    if !store::texts::is_active(ctx).await? {
        let error = FieldError::new("phone", "texts_off", "gets nothing before texts are turned on");
        return Err(error.into());
    }
    let id = ctx.new_id();
    let test = NewText {
        id,
        kind,
        // No event asked for it.
        event_id: ctx.new_id(),
        phone: to,
        locale,
        body: &preview.text,
        segments: i32::try_from(preview.length.segments).unwrap_or(i32::MAX),
        order_id: None,
        asked_by: Some(ctx.actor().label()),
        refused: None,
    };
    store::texts::insert_text(ctx, test).await?;
    let until = ctx.now() + lasts(kind);
    ctx.enqueue(SendText::job(id, until)?).await?;
    Ok(id)
}
