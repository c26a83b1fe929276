//! A merchant writes a mail in other words, or takes the theme's again.

use database::{Ctx, Error};
use kernel::{Forbidden, Invalid, Locale, Permission};

use crate::{MailData, MailKind, MailTemplate, Mails, Rendered, TemplateMistake, TemplatePart, store};

/// A template to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaveTemplate {
    /// Of which mail.
    pub kind: MailKind,
    /// In which language.
    pub locale: Locale,
    /// What it says.
    pub template: MailTemplate,
    /// The version it was made of; 0 is the theme's.
    pub version: i64,
}

/// Why a template is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SaveTemplateError {
    /// The actor may not change it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A part is missing or too long.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// It could not be rendered.
    #[error(transparent)]
    Mistake(#[from] TemplateMistake),
    /// Somebody else changed it meanwhile.
    #[error("the template was changed in the meantime")]
    VersionConflict,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Keeps a template once every mail of its kind could be rendered with it.
pub async fn save_template(ctx: &mut Ctx, mails: &Mails, save: SaveTemplate) -> Result<(), SaveTemplateError> {
    let SaveTemplate {
        kind, locale, version, ..
    } = save;
    may_write(ctx, kind)?;
    let template = save.template.tidied();
    template.check()?;
    for data in MailData::samples(locale).into_iter().filter(|data| data.kind == kind) {
        let rendered = mails.renderer().render_own(&template, &data)?;
        if !shows_stop_link(&data, &rendered) {
            return Err(SaveTemplateError::Mistake(TemplateMistake {
                part: TemplatePart::Html,
                file: String::new(),
                line: 1,
                code: "no_stop_link",
                detail: "stop_link".to_owned(),
            }));
        }
    }
    let saved = if version == 0 {
        store::templates::insert(ctx, kind, locale, &template).await?
    } else {
        store::templates::update(ctx, (kind, locale), &template, version).await?
    };
    saved.then_some(()).ok_or(SaveTemplateError::VersionConflict)
}

/// A mail whose link opens an account could send an owner's secret elsewhere, so its words take all an owner may do.
pub fn may_write(ctx: &Ctx, kind: MailKind) -> Result<(), Forbidden> {
    ctx.require(Permission::ManageSettings)?;
    let needed = if kind.opens_accounts() { Permission::ALL } else { &[] };
    needed.iter().try_for_each(|permission| ctx.require(*permission))
}

/// What nobody has to take must say how it is refused. A link may be escaped, so its token is looked for.
fn shows_stop_link(data: &MailData, rendered: &Rendered) -> bool {
    let Some((_, token)) = data.stop_link.as_deref().and_then(|link| link.split_once("?token=")) else {
        return true;
    };
    rendered.html.contains(token) && rendered.text.contains(token)
}

/// Takes the theme's template again. Where it is the theme's already, nothing is left to do.
pub async fn reset_template(
    ctx: &mut Ctx,
    kind: MailKind,
    locale: Locale,
    version: i64,
) -> Result<(), SaveTemplateError> {
    may_write(ctx, kind)?;
    let deleted = store::templates::delete(ctx, kind, locale, version).await?;
    if deleted || store::templates::find(ctx, kind, locale).await?.is_none() {
        Ok(())
    } else {
        Err(SaveTemplateError::VersionConflict)
    }
}

#[cfg(test)]
mod tests {
    use database::audit;
    use kernel::{Actor, PageRequest};

    use super::*;
    use crate::{MessageFilter, find_template, list_templates, testing::TestShop};

    const KIND: MailKind = MailKind::VerifyEmail;

    fn words(html: &str) -> MailTemplate {
        MailTemplate {
            subject: "Hello\r\nthere".to_owned(),
            html: html.to_owned(),
            plain: String::new(),
        }
    }

    fn save(html: &str, version: i64) -> SaveTemplate {
        SaveTemplate {
            kind: KIND,
            locale: Locale::EN,
            template: words(html),
            version,
        }
    }

    fn owner(shop: &TestShop) -> database::Work {
        let account = shop.db.work().read().new_id();
        let permissions = Permission::ALL.to_vec();
        shop.db.work().acting_as(Actor::Staff { account, permissions })
    }

    #[tokio::test]
    async fn a_mail_that_nobody_has_to_take_says_how_it_is_refused() {
        let shop = TestShop::open().await;
        let moved = |html: &str| SaveTemplate {
            kind: MailKind::ParcelMoved,
            ..save(html, 0)
        };
        let mut ctx = owner(&shop).write();
        let refused = save_template(&mut ctx, &shop.mails, moved("<p>It is here.</p>")).await;
        assert!(
            matches!(&refused, Err(SaveTemplateError::Mistake(mistake)) if mistake.code == "no_stop_link"),
            "{refused:?}"
        );
        let with_link = moved("<a href=\"https://shop.example.com/mails/msg_1?token=abc-123_x\">no more</a>");
        save_template(&mut ctx, &shop.mails, with_link).await.unwrap();
    }

    #[tokio::test]
    async fn a_mail_is_written_in_the_merchants_words_in_that_language() {
        let shop = TestShop::open().await;
        let mut ctx = owner(&shop).write();
        save_template(&mut ctx, &shop.mails, save("<p>Dear\r\nfriend</p>", 0))
            .await
            .unwrap();
        ctx.commit().await.unwrap();
        shop.register("ann@example.com").await;
        shop.drain().await;
        let mail = shop.mailer.sent().remove(0);
        assert_eq!(
            (mail.subject.as_str(), mail.html.as_str(), mail.text.as_str()),
            ("Hello  there", "<p>Dear\nfriend</p>", "Dear friend\n")
        );
        let mut ctx = owner(&shop).read();
        assert_eq!(list_templates(&mut ctx).await.unwrap().len(), 1);
        assert_eq!(find_template(&mut ctx, KIND, Locale::ID).await.unwrap(), None);
        let entries = audit::list(&mut ctx, &audit::AuditFilter::default(), &PageRequest::first(9)).await;
        let entries = entries.unwrap().items;
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].table_name, "notifications.templates");
    }

    #[tokio::test]
    async fn a_template_that_fails_while_a_mail_is_written_loses_no_mail() {
        let shop = TestShop::open().await;
        let mut ctx = owner(&shop).write();
        save_template(&mut ctx, &shop.mails, save("fine", 0)).await.unwrap();
        // It was fine when it was saved; a newer version of the program may see that differently.
        let broken = words("[mistake]");
        assert!(
            store::templates::update(&mut ctx, (KIND, Locale::EN), &broken, 1)
                .await
                .unwrap()
        );
        ctx.commit().await.unwrap();
        shop.register("ann@example.com").await;
        let sent = shop.sent().await;
        assert_eq!((sent.len(), sent[0].0.as_str()), (1, "verify_email in en"));
        let mut ctx = owner(&shop).read();
        let failed = list_templates(&mut ctx).await.unwrap().remove(0).failed.unwrap();
        assert!(failed.contains("html, line 1"), "{failed}");
        let message = store::list_messages(&mut ctx, &MessageFilter::default(), None, 1)
            .await
            .unwrap()
            .remove(0);
        let message = crate::get_message(&mut ctx, message.id).await.unwrap();
        assert_eq!(message.template_error, Some(failed));
        ctx.rollback().await;

        // Once it is mended nothing is wrong any more.
        shop.db.clock().advance(chrono::TimeDelta::seconds(1));
        let mut ctx = owner(&shop).write();
        save_template(&mut ctx, &shop.mails, save("mended", 2)).await.unwrap();
        assert_eq!(list_templates(&mut ctx).await.unwrap().remove(0).failed, None);
    }

    #[tokio::test]
    async fn what_cannot_be_rendered_or_was_changed_meanwhile_is_not_kept() {
        let shop = TestShop::open().await;
        let mut ctx = owner(&shop).write();
        let mut refused = async |save| save_template(&mut ctx, &shop.mails, save).await.unwrap_err();
        let mistake = refused(save("[mistake]", 0)).await;
        assert!(
            matches!(&mistake, SaveTemplateError::Mistake(mistake) if mistake.part == TemplatePart::Html),
            "{mistake}"
        );
        let empty = refused(save(" ", 0)).await;
        assert!(
            matches!(&empty, SaveTemplateError::Invalid(wrong) if wrong.0[0].field == "html"),
            "{empty}"
        );
        let long = refused(save(&"x".repeat(32_769), 0)).await;
        assert!(
            matches!(&long, SaveTemplateError::Invalid(wrong) if wrong.0[0].code == "template_too_long"),
            "{long}"
        );
        let gone = refused(save("x", 1)).await;
        assert!(matches!(gone, SaveTemplateError::VersionConflict), "{gone}");

        save_template(&mut ctx, &shop.mails, save("one", 0)).await.unwrap();
        for version in [0, 2] {
            let late = save_template(&mut ctx, &shop.mails, save("two", version)).await;
            assert!(matches!(late, Err(SaveTemplateError::VersionConflict)), "{version}");
            let late = reset_template(&mut ctx, KIND, Locale::EN, version).await;
            assert!(matches!(late, Err(SaveTemplateError::VersionConflict)), "{version}");
        }
        save_template(&mut ctx, &shop.mails, save("two", 1)).await.unwrap();
        let kept = find_template(&mut ctx, KIND, Locale::EN).await.unwrap().unwrap();
        assert_eq!((kept.template.html.as_str(), kept.version), ("two", 2));
        for _click in 0..2 {
            reset_template(&mut ctx, KIND, Locale::EN, 2).await.unwrap();
        }
        assert_eq!(find_template(&mut ctx, KIND, Locale::EN).await.unwrap(), None);
    }

    #[tokio::test]
    async fn only_who_manages_settings_may_touch_templates() {
        let shop = TestShop::open().await;
        let account = shop.db.work().read().new_id();
        let mut permissions = Permission::ALL.to_vec();
        permissions.retain(|one| *one != Permission::ManageSettings);
        let mut ctx = shop.db.work().acting_as(Actor::Staff { account, permissions }).write();
        let saved = save_template(&mut ctx, &shop.mails, save("x", 0)).await;
        assert!(matches!(saved, Err(SaveTemplateError::Forbidden(_))));
        let reset = reset_template(&mut ctx, KIND, Locale::EN, 1).await;
        assert!(matches!(reset, Err(SaveTemplateError::Forbidden(_))));
        assert!(list_templates(&mut ctx).await.is_err());
        assert!(find_template(&mut ctx, KIND, Locale::EN).await.is_err());
    }

    #[tokio::test]
    async fn where_the_link_into_an_account_leads_is_said_by_who_may_do_everything() {
        let shop = TestShop::open().await;
        let account = shop.db.work().read().new_id();
        let mut permissions = Permission::ALL.to_vec();
        permissions.retain(|one| *one != Permission::ManageStaff);
        let mut ctx = shop.db.work().acting_as(Actor::Staff { account, permissions }).write();
        let stolen = "<a href=\"https://elsewhere.example/?{{ link }}\">here</a>";
        for kind in [
            MailKind::VerifyEmail,
            MailKind::ResetPassword,
            MailKind::StaffInvitation,
        ] {
            let wanted = SaveTemplate {
                kind,
                ..save(stolen, 0)
            };
            let saved = save_template(&mut ctx, &shop.mails, wanted).await;
            assert!(matches!(saved, Err(SaveTemplateError::Forbidden(_))), "{kind:?}");
            let reset = reset_template(&mut ctx, kind, Locale::EN, 1).await;
            assert!(matches!(reset, Err(SaveTemplateError::Forbidden(_))), "{kind:?}");
        }
        let kind = MailKind::PasswordChanged;
        let wanted = SaveTemplate {
            kind,
            ..save("<p>It is a new one.</p>", 0)
        };
        save_template(&mut ctx, &shop.mails, wanted).await.unwrap();
    }

    #[test]
    fn a_mail_with_a_secret_for_an_account_is_known_as_one() {
        for data in MailData::samples(Locale::EN) {
            let content = serde_json::to_value(&data.content).unwrap();
            let opens = ["/account/verify?token=", "/account/reset?token=", "/admin/join?token="];
            let has_secret = opens.iter().any(|opens| content.to_string().contains(opens));
            assert_eq!(data.kind.opens_accounts(), has_secret, "{:?}", data.kind);
        }
    }
}
