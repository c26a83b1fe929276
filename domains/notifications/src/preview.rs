//! A mail as somebody would get it, before anybody does.

use database::{Ctx, Error};
use kernel::{EmailAddress, Forbidden, Invalid, Locale, Permission};

use crate::{
    MailData, MailKind, MailTemplate, Mails, RenderFailed, Rendered, SendMail, TemplateMistake, order_mails,
    store::{self, NewMessage},
};

/// Which mail is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Its kind.
    pub kind: MailKind,
    /// Its language.
    pub locale: Locale,
    /// Which of the mails of its kind: they may say different things, such as that a parcel arrived or did not.
    pub which: usize,
    /// The template to render it with; without one the theme's.
    pub template: Option<MailTemplate>,
}

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The actor may not change templates.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A part is missing or too long.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The template has a mistake.
    #[error(transparent)]
    Mistake(#[from] TemplateMistake),
    /// The theme's template has one.
    #[error(transparent)]
    Theme(#[from] RenderFailed),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// What the mails of a kind say in a preview. It is about the store's newest order where the actor may see orders and there
/// is one, and about one that nobody placed otherwise.
pub async fn preview_data(
    ctx: &mut Ctx,
    mails: &Mails,
    kind: MailKind,
    locale: Locale,
) -> Result<Vec<MailData>, PreviewError> {
    ctx.require(Permission::ManageSettings)?;
    let order = order_mails::newest(mails, ctx, locale).await?;
    let store = mails.store_text(ctx.store());
    let mut data = match order {
        Some(order) => MailData::samples_about(order, &store, locale),
        None => MailData::samples_about(crate::OrderText::sample(locale), &store, locale),
    };
    data.retain(|data| data.kind == kind);
    Ok(data)
}

/// Renders a mail that nobody gets.
pub async fn preview(ctx: &mut Ctx, mails: &Mails, preview: Preview) -> Result<Rendered, PreviewError> {
    Ok(render(ctx, mails, preview).await?.1)
}

/// Sends such a mail to whoever wants to see it in their own mail program.
pub async fn send_test(ctx: &mut Ctx, mails: &Mails, shown: Preview, to: &EmailAddress) -> Result<(), PreviewError> {
    let (data, rendered) = render(ctx, mails, shown).await?;
    let test = NewMessage {
        id: ctx.new_id(),
        // No event asked for it.
        event_id: ctx.new_id(),
        recipient: to.clone(),
        data,
        rendered,
        template_error: None,
        order_id: None,
        asked_by: Some(ctx.actor().label()),
    };
    for id in store::insert_messages(ctx, &[test]).await? {
        ctx.enqueue(SendMail::job(id)?).await?;
    }
    Ok(())
}

async fn render(ctx: &mut Ctx, mails: &Mails, preview: Preview) -> Result<(MailData, Rendered), PreviewError> {
    let mut all = preview_data(ctx, mails, preview.kind, preview.locale).await?;
    let which = preview.which.min(all.len().saturating_sub(1));
    let data = all.swap_remove(which);
    let rendered = match preview.template {
        Some(template) => {
            let template = template.tidied();
            template.check()?;
            mails.renderer().render_own(&template, &data)?
        }
        None => mails.renderer().render(&data)?,
    };
    Ok((data, rendered))
}
