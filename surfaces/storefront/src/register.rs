//! Making an account. The page that follows is the same whether the address was known or not.

use std::collections::BTreeMap;

use axum::{http::StatusCode, response::Response};
use customers::{OpenCustomer, OpenCustomerError};
use identity::{NewPassword, Register, Registered};
use kernel::{EmailAddress, Invalid};
use serde::{Deserialize, Serialize};
use web::{Form, Problem, Visitor};

use crate::layout;

/// Whose password it is when the address typed is none.
const NOBODY: &str = "nobody@example.com";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RegisterForm {
    first_name: String,
    last_name: String,
    email: String,
    password: String,
}

#[derive(Serialize)]
struct RegisterView {
    first_name: String,
    last_name: String,
    email: String,
    errors: BTreeMap<String, &'static str>,
}

#[derive(Serialize)]
struct CheckMailView {
    email: String,
}

pub(crate) async fn show(visitor: Visitor) -> Result<Response, Problem> {
    render(&visitor, StatusCode::OK, RegisterForm::default(), Invalid::default()).await
}

pub(crate) async fn register(visitor: Visitor, Form(form): Form<RegisterForm>) -> Result<Response, Problem> {
    visitor.count_auth_attempt(&form.email).await?;
    let mut invalid = Invalid::default();
    let email = invalid.check("email", EmailAddress::parse(&form.email));
    // What is wrong with the password is told beside what is wrong with the address.
    let owner = email.clone().or_else(|| EmailAddress::parse(NOBODY).ok());
    let password = owner.and_then(|owner| invalid.check("password", NewPassword::parse(&form.password, &owner)));
    // Of a known address nobody would be opened, so what is wrong with a name is told before it is looked up.
    if let Err(wrong) = customers::check_names(&form.first_name, &form.last_name) {
        invalid.0.extend(wrong.0);
    }
    let (Some(email), Some(password), true) = (email, password, invalid.0.is_empty()) else {
        return render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, form, invalid).await;
    };
    let name = (form.first_name.trim().to_owned(), form.last_name.trim().to_owned());
    match open(&visitor, &email, password, name).await? {
        Ok(()) => check_mail(&visitor, email).await,
        Err(invalid) => render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, form, invalid).await,
    }
}

/// Makes an account and its customer, and mails what confirms the address; an address that has an account is mailed that it has.
pub(crate) async fn open(
    visitor: &Visitor,
    email: &EmailAddress,
    password: NewPassword,
    (first_name, last_name): (String, String),
) -> Result<Result<(), Invalid>, Problem> {
    if let Err(invalid) = customers::check_names(&first_name, &last_name) {
        return Ok(Err(invalid));
    }
    let password = password
        .hash(&visitor.work)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let mut ctx = visitor.work.write();
    let register = Register {
        email: email.clone(),
        password,
    };
    let registered = identity::register(&mut ctx, register).await?;
    if let Registered::New { account_id } = registered {
        let command = OpenCustomer {
            account_id,
            email: email.clone(),
            first_name,
            last_name,
        };
        match customers::open(&mut ctx, command).await {
            Ok(_id) => {}
            Err(OpenCustomerError::Invalid(invalid)) => return Ok(Err(invalid)),
            Err(OpenCustomerError::Internal(error)) => return Err(error.into()),
        }
    }
    let mark = identity::registration_mark(&ctx, registered)?;
    ctx.commit().await?;
    visitor.remember_registration(&mark);
    Ok(Ok(()))
}

/// Says that a mail is on its way.
pub(crate) async fn check_mail(visitor: &Visitor, email: EmailAddress) -> Result<Response, Problem> {
    let view = CheckMailView {
        email: email.into_string(),
    };
    layout::page(visitor, "storefront/check_mail.html", &view).await
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    form: RegisterForm,
    invalid: Invalid,
) -> Result<Response, Problem> {
    let view = RegisterView {
        first_name: form.first_name,
        last_name: form.last_name,
        email: form.email,
        errors: invalid.0.into_iter().map(|error| (error.field, error.code)).collect(),
    };
    layout::page_with_status(visitor, status, "storefront/register.html", &view).await
}
