//! Mails about accounts. Their secrets are made here, so that no event holds one.

use database::{Ctx, Error};
use identity::{
    AccountRegistered, AccountRegisteredAgain, MailPurpose, PasswordChanged, ResetRequested, VerificationRequested,
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
    }
}

/// The language of an event, or the store's when this version does not speak it.
pub(crate) fn language(ctx: &Ctx, code: &str) -> Locale {
    code.parse().unwrap_or(ctx.store().locale)
}
