//! What a store's mails say in its own words, for the desk.

use database::{Ctx, Error};
use kernel::{Forbidden, Locale, Permission, Time};

use crate::{MailKind, StoredTemplate, store};

/// A template that a store has of its own, without its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateState {
    /// Of which mail.
    pub kind: MailKind,
    /// In which language.
    pub locale: Locale,
    /// When it was saved last.
    pub updated_at: Time,
    /// Why the theme's stood in for it last, if it did since then.
    pub failed: Option<String>,
}

/// Why templates are not shown.
#[derive(Debug, thiserror::Error)]
pub enum TemplatesError {
    /// The actor may not see them.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Every template that the store has of its own.
pub async fn list_templates(ctx: &mut Ctx) -> Result<Vec<TemplateState>, TemplatesError> {
    ctx.require(Permission::ManageSettings)?;
    Ok(store::templates::list(ctx).await?)
}

/// The store's own template; `None` where the theme's is used.
pub async fn find_template(
    ctx: &mut Ctx,
    kind: MailKind,
    locale: Locale,
) -> Result<Option<StoredTemplate>, TemplatesError> {
    ctx.require(Permission::ManageSettings)?;
    Ok(store::templates::find(ctx, kind, locale).await?)
}
