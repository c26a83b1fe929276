//! Which mails, texts and pushes a customer takes, and what they said about it.

use std::collections::BTreeMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use notifications::{Choose, Consent, Topic, TopicChoice};
use serde::Serialize;
use web::{Form, Problem, Session, SignedIn};

use super::{
    pushes::{self, BrowsersView},
    texts::{self, TextsForm, TextsView},
};
use crate::layout;

#[derive(Serialize)]
struct MessagesView {
    email: String,
    /// Whether the address is known to be theirs; nobody else may choose for it.
    verified: bool,
    topics: Vec<TopicView>,
    history: Vec<SaidView>,
    /// Nothing in a store that sends none.
    texts: Option<TextsView>,
    /// Likewise.
    pushes: Option<BrowsersView>,
}

#[derive(Serialize)]
struct TopicView {
    name: &'static str,
    wanted: bool,
}

impl From<TopicChoice> for TopicView {
    fn from(choice: TopicChoice) -> Self {
        Self {
            name: choice.topic.as_str(),
            wanted: choice.wanted,
        }
    }
}

#[derive(Serialize)]
struct SaidView {
    topic: &'static str,
    wanted: bool,
    said_at: String,
    /// Whether it was said with a mail's link, rather than here.
    by_mail: bool,
    client: String,
}

impl From<Consent> for SaidView {
    fn from(said: Consent) -> Self {
        Self {
            topic: said.topic.as_str(),
            wanted: said.wanted,
            said_at: said.said_at.to_rfc3339(),
            by_mail: said.message_id.is_some(),
            client: said.client,
        }
    }
}

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    let session = visitor.session.as_ref().ok_or_else(Problem::unauthorized)?;
    render(&visitor, session, StatusCode::OK, None).await
}

pub(super) async fn render(
    visitor: &SignedIn,
    session: &Session,
    status: StatusCode,
    typed: Option<(TextsForm, &'static str)>,
) -> Result<Response, Problem> {
    let mut view = MessagesView {
        email: session.email.to_string(),
        verified: session.verified,
        topics: Vec::new(),
        history: Vec::new(),
        texts: texts::view(visitor, typed).await?,
        pushes: pushes::view(visitor).await?,
    };
    if session.verified {
        let mut ctx = visitor.work.read();
        let choices = notifications::list_choices(&mut ctx, &session.email).await?;
        let history = notifications::list_consents(&mut ctx, &session.email).await?;
        ctx.rollback().await;
        view.topics = choices.into_iter().map(TopicView::from).collect();
        view.history = history.into_iter().map(SaidView::from).collect();
    }
    layout::page_with_status(visitor, status, "storefront/account/messages.html", &view).await
}

/// A topic whose box is not ticked is refused.
pub(crate) async fn choose(visitor: SignedIn, Form(form): Form<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let session = visitor.session.as_ref().ok_or_else(Problem::unauthorized)?;
    if !session.verified {
        return render(&visitor, session, StatusCode::UNPROCESSABLE_ENTITY, None).await;
    }
    let client = visitor.client_ip().to_string();
    let mut ctx = visitor.work.write();
    for topic in Topic::ALL {
        let said = Choose {
            email: &session.email,
            topic: *topic,
            wanted: form.contains_key(topic.as_str()),
            client: &client,
            message_id: None,
        };
        notifications::choose(&mut ctx, said).await?;
    }
    ctx.commit().await?;
    visitor.flash("messages-saved");
    Ok(Redirect::to("/account/messages").into_response())
}
