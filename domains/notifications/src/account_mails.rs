//! Mails about accounts. Their secrets are made here, so that no event holds one.

use database::{Ctx, Error};
use identity::{
    AccountRegistered, AccountRegisteredAgain, MailPurpose, PasswordChanged, ResetRequested, StaffInvited,
    VerificationRequested,
};
use kernel::{AccountId, EmailAddress, Locale};

use crate::{Content, Mails, mails::NewMail};

pub(crate) async fn verify_registered(
    mails: &Mails,
    ctx: &mut Ctx,
    event: &AccountRegistered,
) -> Result<NewMail, Error> {
    verify(mails, ctx, event.account_id, &event.email, &event.locale).await
}

pub(crate) async fn verify_again(
    mails: &Mails,
    ctx: &mut Ctx,
    event: &VerificationRequested,
) -> Result<NewMail, Error> {
    verify(mails, ctx, event.account_id, &event.email, &event.locale).await
}

async fn verify(
    mails: &Mails,
    ctx: &mut Ctx,
    account_id: AccountId,
    email: &EmailAddress,
    locale: &str,
) -> Result<NewMail, Error> {
    let purpose = MailPurpose::VerifyEmail;
    let secret = identity::create_mail_token(ctx, account_id, purpose).await?;
    let link = mails.link(ctx.store(), &format!("/account/verify?token={}", secret.as_str()));
    let content = Content::VerifyEmail {
        link,
        valid_days: purpose.lifetime().num_days(),
    };
    Ok(NewMail {
        to: email.clone(),
        locale: language(ctx, locale),
        content,
        order_id: None,
    })
}

pub(crate) fn already_registered(mails: &Mails, ctx: &Ctx, event: AccountRegisteredAgain) -> NewMail {
    let content = Content::AlreadyRegistered {
        sign_in_link: mails.link(ctx.store(), "/login"),
        forgot_link: mails.link(ctx.store(), "/account/forgot"),
    };
    NewMail {
        locale: language(ctx, &event.locale),
        to: event.email,
        content,
        order_id: None,
    }
}

pub(crate) async fn reset_password(mails: &Mails, ctx: &mut Ctx, event: ResetRequested) -> Result<NewMail, Error> {
    let purpose = MailPurpose::ResetPassword;
    let secret = identity::create_mail_token(ctx, event.account_id, purpose).await?;
    let link = mails.link(ctx.store(), &format!("/account/reset?token={}", secret.as_str()));
    let content = Content::ResetPassword {
        link,
        valid_minutes: purpose.lifetime().num_minutes(),
    };
    Ok(NewMail {
        locale: language(ctx, &event.locale),
        to: event.email,
        content,
        order_id: None,
    })
}

pub(crate) fn password_changed(mails: &Mails, ctx: &Ctx, event: PasswordChanged) -> NewMail {
    let content = Content::PasswordChanged {
        forgot_link: mails.link(ctx.store(), "/account/forgot"),
    };
    NewMail {
        locale: language(ctx, &event.locale),
        to: event.email,
        content,
        order_id: None,
    }
}

/// `None` when the invitation was taken back meanwhile.
pub(crate) async fn staff_invitation(
    mails: &Mails,
    ctx: &mut Ctx,
    event: StaffInvited,
) -> Result<Option<NewMail>, Error> {
    let Some(secret) = identity::create_invitation_secret(ctx, event.invitation_id).await? else {
        return Ok(None);
    };
    let link = mails.link(ctx.store(), &format!("/admin/join?token={}", secret.as_str()));
    let content = Content::StaffInvitation {
        name: event.name,
        link,
        valid_days: event.valid_days,
    };
    Ok(Some(NewMail {
        locale: language(ctx, &event.locale),
        to: event.email,
        content,
        order_id: None,
    }))
}

/// The language of an event, or the store's when this version does not speak it.
pub(crate) fn language(ctx: &Ctx, code: &str) -> Locale {
    code.parse().unwrap_or(ctx.store().locale)
}

#[cfg(test)]
mod tests {
    use database::outbox;
    use identity::ResetPassword;

    use super::*;
    use crate::testing::TestShop;

    fn token(link: &serde_json::Value, page: &str) -> String {
        let prefix = format!("https://sample.example.com{page}?token=");
        link.as_str()
            .and_then(|link| link.strip_prefix(&prefix))
            .unwrap_or_else(|| panic!("{link}"))
            .to_owned()
    }

    #[tokio::test]
    async fn the_links_in_account_mails_work() {
        let shop = TestShop::open().await;
        shop.register("ann@example.com").await;
        shop.drain().await;
        shop.register("ann@example.com").await;
        shop.drain().await;
        let email = EmailAddress::parse("ann@example.com").unwrap();
        let mut ctx = shop.db.work().write();
        identity::request_password_reset(&mut ctx, &email).await.unwrap();
        ctx.commit().await.unwrap();
        let sent = shop.sent().await;
        let kinds: Vec<(&str, &str)> = sent.iter().map(|(kind, to, _)| (kind.as_str(), to.as_str())).collect();
        let ann = "ann@example.com";
        assert_eq!(
            kinds,
            [
                ("verify_email in en", ann),
                ("already_registered in en", ann),
                ("reset_password in en", ann)
            ]
        );
        assert_eq!(sent[1].2["sign_in_link"], "https://sample.example.com/login");

        let mut ctx = shop.db.work().write();
        let account = identity::find_account(&mut ctx, &email).await.unwrap().unwrap();
        let owner = identity::LinkFollower {
            signed_in: Some(account.id),
            mark: None,
        };
        identity::verify_email(&mut ctx, &token(&sent[0].2["link"], "/account/verify"), owner)
            .await
            .unwrap();
        ctx.commit().await.unwrap();
        let command = ResetPassword {
            token: token(&sent[2].2["link"], "/account/reset"),
            new_password: "a better password".to_owned(),
        };
        identity::reset_password_flow(&shop.db.work(), command).await.unwrap();
        assert_eq!(shop.sent().await[3].0, "password_changed in en");
    }

    #[tokio::test]
    async fn a_mail_is_in_the_language_of_its_event_and_its_secret_in_no_event() {
        let shop = TestShop::open().await;
        let event = AccountRegisteredAgain {
            account_id: shop.db.work().read().new_id(),
            email: EmailAddress::parse("budi@example.com").unwrap(),
            locale: "id".to_owned(),
        };
        for locale in ["id", "tlh"] {
            let mut ctx = shop.db.work().write();
            ctx.publish(&AccountRegisteredAgain {
                locale: locale.to_owned(),
                ..event.clone()
            })
            .await
            .unwrap();
            ctx.commit().await.unwrap();
            shop.drain().await;
        }
        shop.register("ann@example.com").await;
        let sent = shop.sent().await;
        assert_eq!(
            (sent[0].0.as_str(), sent[1].0.as_str()),
            ("already_registered in id", "already_registered in en")
        );
        let secret = token(&sent[2].2["link"], "/account/verify");
        let events = outbox::replay(&mut shop.db.work().read(), 0, 100).await.unwrap();
        assert!(
            events
                .iter()
                .all(|(_, event)| !event.payload.to_string().contains(&secret))
        );
    }
}
