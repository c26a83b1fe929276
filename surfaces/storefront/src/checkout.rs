//! The checkout: contact, address, delivery and payment on one page.

mod book;
mod form;
pub(crate) mod ordered;
mod page;
mod prices;
mod save;
pub(crate) mod success;
mod texts;
mod trouble;

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use cart::{CartError, CartState, CartView};
use checkout::{PaymentState, PlaceOrder, Placed, Step};
use inventory::Location;
use kernel::OrderId;
use serde::Deserialize;
use web::{Form, Problem, Query, Visitor};

use book::Book;
pub(crate) use form::CheckoutForm;
use ordered::{after_ordering, nothing_to_buy, to_success};
use page::{CheckoutPage, PreviewPage};
use save::{Saved, save};
use texts::Texts;
use trouble::Trouble;

use crate::{
    Shop, layout,
    queue::{Way, is_admitted, turn_away, way},
    saved_cards,
};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ShowQuery {
    /// Set once a visitor chose to buy without an account.
    #[serde(default)]
    guest: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct OrderQuery {
    #[serde(default)]
    order: String,
    #[serde(default)]
    token: String,
}

impl OrderQuery {
    /// Whether somebody came without a link to an order.
    fn names_nothing(&self) -> bool {
        self.order.is_empty() && self.token.is_empty()
    }

    /// The order's id; what cannot be one names nothing.
    fn order_id(&self) -> Result<OrderId, Problem> {
        self.order.parse().map_err(|_not_an_id| Problem::not_found())
    }
}

pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Query(query): Query<ShowQuery>,
) -> Result<Response, Problem> {
    let Some(view) = cart_to_buy(&visitor).await? else {
        return after_ordering(&visitor, &shop).await;
    };
    if let Some(away) = turn_away(&visitor, &shop, Step::Begin(view.cart.id)).await? {
        return Ok(away);
    }
    let mut form = CheckoutForm::of_cart(&view, visitor.store());
    if view.is_blocked() {
        return Ok(Redirect::to("/cart").into_response());
    }
    let book = Book::load(&visitor).await?;
    if let Some(customer) = visitor.customer() {
        let mut ctx = visitor.work.read();
        form.fill_from_customer(&mut ctx, customer, &book).await?;
        ctx.rollback().await;
    }
    let texts = Texts::load(&visitor, view.cart.id).await?;
    if let Some(texts) = &texts {
        texts.fill(&mut form);
    }
    let (view, places) = price(&visitor, view, &form).await?;
    let cards = saved_cards::offered(&visitor, &shop.gateways).await?;
    form.choose_card(&cards);
    let page = CheckoutPage::new(&visitor, &view, &places, form, !query.guest.is_empty())
        .with_book(&book, visitor.locale)
        .with_cards(cards)
        .with_texts(texts.as_ref());
    layout::page(&visitor, "storefront/checkout.html", &page).await
}

/// The sums and deliveries for a form that is being filled in: a piece of the page, asked for by its script.
pub(crate) async fn preview(
    visitor: Visitor,
    State(shop): State<Shop>,
    Form(mut form): Form<CheckoutForm>,
) -> Result<Response, Problem> {
    let Some(view) = cart_to_buy(&visitor).await? else {
        return Err(Problem::conflict("cart_empty", "There is nothing in the cart."));
    };
    if form.action == "address" {
        form.fill_chosen(&Book::load(&visitor).await?);
    }
    let view = match form.read(&visitor) {
        Ok(_complete) if is_admitted(&visitor, &shop, Step::Hold(view.cart.id)).await? => begin(&visitor, view).await?,
        Ok(_) | Err(_) => view,
    };
    let (mut view, places) = price(&visitor, view, &form).await?;
    prices::tell_changes(&mut view.lines, &form.prices);
    visitor.page(
        "storefront/parts/checkout_preview.html",
        &PreviewPage::new(&view, &places, form, visitor.locale),
    )
}

pub(crate) async fn place(
    visitor: Visitor,
    State(shop): State<Shop>,
    Form(form): Form<CheckoutForm>,
) -> Result<Response, Problem> {
    let Some(cart) = visitor.cart() else {
        return nothing_to_buy(&visitor, &shop).await;
    };
    if !visitor.store().guests_may_buy && visitor.work.scope().actor.customer().is_none() {
        visitor.flash("sign-in-to-buy");
        return Ok(Redirect::to("/login?next=/checkout").into_response());
    }
    if matches!(form.action.as_str(), "country" | "address") {
        return again(&visitor, &shop, form, Trouble::None).await;
    }
    let refused = match form.read(&visitor) {
        Ok(changes) => match save(&visitor, cart, changes, &form).await? {
            Saved::Yes | Saved::Ordered => None,
            Saved::Gone => return nothing_to_buy(&visitor, &shop).await,
            Saved::Refused(invalid) => Some(invalid),
        },
        Err(invalid) => Some(invalid),
    };
    if let Some(invalid) = refused {
        return again(&visitor, &shop, form, Trouble::Fields(invalid)).await;
    }
    let only_version = match way(&visitor, &shop, Step::Order(cart), None).await? {
        Way::On(version) => version,
        Way::Away(away) => return Ok(away),
    };
    if form.action == "update" {
        if let Some(view) = cart_to_buy(&visitor).await? {
            begin(&visitor, view).await?;
        }
        return again(&visitor, &shop, form, Trouble::None).await;
    }
    let Some(expected_total) = form.expected_total(visitor.store().currency) else {
        return again(&visitor, &shop, form, Trouble::TotalChanged).await;
    };
    let payment = match form.payment(expected_total, visitor.customer().is_some()) {
        Ok(payment) => payment,
        Err(wrong) => return again(&visitor, &shop, form, Trouble::Fields(wrong.into())).await,
    };
    let command = PlaceOrder {
        cart_id: cart,
        payment,
        expected_total: Some(expected_total),
        expected_totals: None,
        only_version,
        expected_version: None,
        source: orders::Source::Web,
        return_url: visitor.absolute_url("/checkout/return"),
    };
    match checkout::place_order_flow(&visitor.work, &shop.gateways, command).await {
        Ok(placed) => after_placing(&visitor, &shop, &placed).await,
        Err(error) => {
            let trouble = Trouble::of(error)?;
            again(&visitor, &shop, form, trouble).await
        }
    }
}

/// A shopper comes back from a gateway's page: the gateway is asked how the payment does. Only the browser that ordered, or
/// the customer, is shown the order: whoever else knows its id learns nothing.
pub(crate) async fn come_back(
    visitor: Visitor,
    State(shop): State<Shop>,
    Query(query): Query<OrderQuery>,
) -> Result<Response, Problem> {
    let order_id = query.order_id()?;
    let mut ctx = visitor.work.read();
    let details = orders::get(&mut ctx, order_id).await;
    ctx.rollback().await;
    let order = details.map_err(crate::order::problem)?.order;
    let by_cart = order.cart_id.is_some() && order.cart_id == visitor.cart();
    let by_customer = order.customer_id.is_some() && order.customer_id == visitor.customer();
    let state = checkout::check_order_flow(&visitor.work, &shop.gateways, order_id).await;
    let state = state.map_err(|error| Problem::internal(&error))?;
    if !by_cart && !by_customer {
        visitor.flash("checkout-returned");
        return Ok(Redirect::to("/").into_response());
    }
    match state {
        PaymentState::Paid | PaymentState::Pending => to_success(&visitor, &shop, order_id).await,
        PaymentState::RequiresAction { url } => Ok(Redirect::to(&url).into_response()),
        PaymentState::Failed { code } => once_more(&visitor, &shop, Trouble::Declined(code)).await,
        PaymentState::Cancelled => once_more(&visitor, &shop, Trouble::Cancelled).await,
    }
}

/// The checkout of a cart that is open again, with what became of its order.
async fn once_more(visitor: &Visitor, shop: &Shop, trouble: Trouble) -> Result<Response, Problem> {
    let Some(view) = cart_to_buy(visitor).await? else {
        if matches!(trouble, Trouble::Cancelled) {
            visitor.flash("checkout-cancelled");
        }
        return Ok(Redirect::to("/cart").into_response());
    };
    let mut form = CheckoutForm::of_cart(&view, visitor.store());
    if let Some(texts) = Texts::load(visitor, view.cart.id).await? {
        texts.fill(&mut form);
    }
    again(visitor, shop, form, trouble).await
}

/// A second click, or a repeated request, is led to the order of the first: the cart itself is the key.
async fn after_placing(visitor: &Visitor, shop: &Shop, placed: &Placed) -> Result<Response, Problem> {
    let mut response = match &placed.payment {
        PaymentState::RequiresAction { url } => Redirect::to(url).into_response(),
        PaymentState::Paid | PaymentState::Pending | PaymentState::Failed { .. } | PaymentState::Cancelled => {
            to_success(visitor, shop, placed.order_id).await?
        }
    };
    if placed.again {
        web::mark_replayed(&mut response);
    }
    Ok(response)
}

/// The visitor's cart when there is something in it to buy.
async fn cart_to_buy(visitor: &Visitor) -> Result<Option<CartView>, Problem> {
    let Some(id) = visitor.cart() else {
        return Ok(None);
    };
    let mut ctx = visitor.work.read();
    let view = cart::view(&mut ctx, id).await;
    ctx.rollback().await;
    match view {
        Ok(view) if view.cart.state == CartState::Open && !view.lines.is_empty() => Ok(Some(view)),
        Ok(_) | Err(CartError::NotFound) => Ok(None),
        Err(error) => Err(crate::cart::problem(error)),
    }
}

/// Contact and address are known and the payment comes next: from here on the stock is set aside. What is short is told by
/// the cart's notices.
async fn begin(visitor: &Visitor, view: CartView) -> Result<CartView, Problem> {
    let mut ctx = visitor.work.write();
    match cart::hold(&mut ctx, view.cart.id).await {
        Ok(_until) => ctx.commit().await?,
        Err(CartError::InsufficientStock { .. } | CartError::Closed | CartError::NotFound) => ctx.rollback().await,
        Err(error) => return Err(crate::cart::problem(error)),
    }
    Ok(cart_to_buy(visitor).await?.unwrap_or(view))
}

/// The sums for a form that is being filled in, and the places where something on offer is fetched.
async fn price(visitor: &Visitor, view: CartView, form: &CheckoutForm) -> Result<(CartView, Vec<Location>), Problem> {
    let mut ctx = visitor.work.read();
    let priced = view
        .sketch(&mut ctx, form.preview_address(), form.shipping_option())
        .await
        .map_err(crate::cart::problem)?;
    let is_fetched = priced.shipping_options.iter().any(|option| option.pickup.is_some());
    let places = if is_fetched {
        inventory::list_locations(&mut ctx).await?
    } else {
        Vec::new()
    };
    ctx.rollback().await;
    Ok((priced, places))
}

/// The page again, with what was typed and what is wrong.
async fn again(visitor: &Visitor, shop: &Shop, mut form: CheckoutForm, trouble: Trouble) -> Result<Response, Problem> {
    let found = cart_to_buy(visitor).await?;
    let Some(view) = found.filter(|_| !matches!(trouble, Trouble::Elsewhere)) else {
        return nothing_to_buy(visitor, shop).await;
    };
    let book = Book::load(visitor).await?;
    form.fill_chosen(&book);
    let (view, places) = price(visitor, view, &form).await?;
    let trouble = match trouble {
        Trouble::Blocked if view.is_short() => Trouble::OutOfStock,
        trouble => trouble,
    };
    let status = trouble.status();
    let guest = visitor.session.is_none();
    let cards = saved_cards::offered(visitor, &shop.gateways).await?;
    form.choose_card(&cards);
    let texts = Texts::load(visitor, view.cart.id).await?;
    let page = CheckoutPage::new(visitor, &view, &places, form, guest)
        .with_book(&book, visitor.locale)
        .with_cards(cards)
        .with_texts(texts.as_ref())
        .with_trouble(trouble);
    layout::page_with_status(visitor, status, "storefront/checkout.html", &page).await
}
