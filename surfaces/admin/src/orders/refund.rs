//! Gives money back in two steps: what for, then the exact amount to agree to. Amounts are planned, never typed.

use axum::{extract::State, http::StatusCode};
use checkout::{RefundOrder, RefundOrderError};
use kernel::OrderId;
use orders::{ChangeError, OrderDetails, RefundLines, RefundPlan, RefundShipping, RefundWanted};
use serde::{Deserialize, Serialize};
use web::{Answer, MoneyView, OnceForm, Path, Problem, Query, Staff, can};

use super::{cancel, fulfil::read_pieces, page, view::OrderView};
use crate::{Desk, forms::Errors};

/// A refund as it is chosen. `line` and `quantity` are as many and belong together.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct RefundForm {
    line: Vec<String>,
    quantity: Vec<String>,
    shipping: String,
    restock: String,
    reason: String,
    /// `preview` shows the amount, `all` chooses everything that is left.
    step: String,
    /// The amount that was agreed to, in minor units.
    amount: String,
}

#[derive(Serialize)]
struct RefundView {
    order: OrderView,
    form: RefundForm,
    inputs: Vec<Input>,
    shipping_left: Option<MoneyView>,
    plan: Option<PlanView>,
    errors: Errors,
    refused: Option<String>,
}

#[derive(Serialize)]
struct Input {
    line: String,
    title: String,
    variant_title: String,
    left: i64,
    typed: String,
    /// Whether the quantity is what is wrong with the form.
    wrong: bool,
}

/// What would go back, to be agreed to.
#[derive(Serialize)]
struct PlanView {
    lines: Vec<PlannedView>,
    shipping: Option<MoneyView>,
    amount: MoneyView,
}

#[derive(Serialize)]
struct PlannedView {
    title: String,
    quantity: i64,
    amount: MoneyView,
    tax: MoneyView,
}

impl RefundForm {
    fn wanted(&self) -> Result<RefundWanted, ChangeError> {
        let shipping = if self.shipping.is_empty() {
            RefundShipping::None
        } else {
            RefundShipping::All
        };
        Ok(RefundWanted {
            lines: RefundLines::Some(read_pieces(&self.line, &self.quantity)?),
            shipping,
        })
    }
}

pub(crate) async fn choose(
    staff: Staff<can::RefundOrders>,
    Path(id): Path<OrderId>,
    Query(mut form): Query<RefundForm>,
) -> Answer {
    let (details, order) = page::load(&staff, id).await?;
    if form.step == "all" {
        form.line = details.lines.iter().map(|line| line.id.to_string()).collect();
        form.quantity = details
            .lines
            .iter()
            .map(|line| line.left_to_refund().to_string())
            .collect();
        form.shipping = "1".to_owned();
    }
    let mut page = view(details.clone(), order, form)?;
    if page.form.step == "preview" {
        page.form.reason = page.form.reason.trim().chars().take(cancel::REASON).collect();
        let planned = page
            .form
            .wanted()
            .and_then(|wanted| orders::plan_refund(&details.sold(), &wanted));
        match planned {
            Ok(plan) => page.plan = Some(plan_view(&details, &plan)),
            Err(error) => return refuse(&staff, page, error),
        }
    }
    staff.page("admin/orders/refund.html", &page)
}

pub(crate) async fn refund(
    staff: Staff<can::RefundOrders>,
    State(desk): State<Desk>,
    Path(id): Path<OrderId>,
    OnceForm { form, request }: OnceForm<RefundForm>,
) -> Answer {
    let refund = request.id(&staff.work);
    if let Some(refund) = refund
        && payments::find_refund(&mut staff.work.read(), refund).await?.is_some()
    {
        return Ok(page::done(&staff, id, "admin-flash-refunded"));
    }
    let (details, order) = page::load(&staff, id).await?;
    let mut page = view(details.clone(), order, form)?;
    let planned = page
        .form
        .wanted()
        .and_then(|wanted| Ok((orders::plan_refund(&details.sold(), &wanted)?, wanted)));
    let (plan, wanted) = match planned {
        Ok(planned) => planned,
        Err(error) => return refuse(&staff, page, error),
    };
    if page.form.amount != plan.amount.minor().to_string() {
        return changed(&staff, page, &details, &plan);
    }
    let command = RefundOrder {
        id: refund,
        order_id: id,
        expected_version: None,
        wanted,
        reason: page.form.reason.trim().chars().take(cancel::REASON).collect(),
        restock: !page.form.restock.is_empty(),
        seen: Some(plan.amount),
    };
    match checkout::refund_flow(&staff.work, &desk.gateways, command).await {
        Ok(_refund) => Ok(page::done(&staff, id, "admin-flash-refunded")),
        Err(RefundOrderError::Orders(error)) => refuse(&staff, page, error),
        Err(RefundOrderError::AmountChanged { .. }) => {
            let (details, _order) = page::load(&staff, id).await?;
            match page
                .form
                .wanted()
                .and_then(|wanted| orders::plan_refund(&details.sold(), &wanted))
            {
                Ok(plan) => changed(&staff, page, &details, &plan),
                Err(error) => refuse(&staff, page, error),
            }
        }
        Err(RefundOrderError::NothingCaptured) => {
            page.refused = Some(staff.translate("admin-refund-nothing-captured", &[]));
            staff.page_with_status(StatusCode::CONFLICT, "admin/orders/refund.html", &page)
        }
        Err(RefundOrderError::OpenRefund(error)) => {
            page.refused = Some(page::said_of_refund(&staff, error)?);
            staff.page_with_status(StatusCode::CONFLICT, "admin/orders/refund.html", &page)
        }
        Err(RefundOrderError::Forbidden(error)) => Err(error.into()),
        Err(RefundOrderError::Settle(error)) => Err(Problem::internal(&error)),
        Err(RefundOrderError::Internal(error)) => Err(error.into()),
    }
}

/// The second step again, with another amount to agree to.
fn changed(
    staff: &Staff<can::RefundOrders>,
    mut page: RefundView,
    details: &OrderDetails,
    plan: &RefundPlan,
) -> Answer {
    page.plan = Some(plan_view(details, plan));
    page.refused = Some(staff.translate("admin-refund-changed", &[]));
    staff.page_with_status(StatusCode::CONFLICT, "admin/orders/refund.html", &page)
}

/// The first step again, with what was chosen and why it cannot be.
fn refuse(staff: &Staff<can::RefundOrders>, mut page: RefundView, error: ChangeError) -> Answer {
    page.plan = None;
    let status = match error {
        ChangeError::Invalid(error) => {
            page.errors = Errors::of(staff, error.into());
            StatusCode::UNPROCESSABLE_ENTITY
        }
        ChangeError::QuantityOutOfRange { line, .. } => {
            let line = line.to_string();
            for input in page.inputs.iter_mut().filter(|input| input.line == line) {
                input.wrong = true;
            }
            page.errors = Errors::said("quantity", page::said(staff, &error).unwrap_or_default());
            StatusCode::UNPROCESSABLE_ENTITY
        }
        error => match page::said(staff, &error) {
            Some(sentence) => {
                page.refused = Some(sentence);
                StatusCode::CONFLICT
            }
            None => return Err(page::problem(error)),
        },
    };
    staff.page_with_status(status, "admin/orders/refund.html", &page)
}

fn view(details: OrderDetails, order: OrderView, form: RefundForm) -> Result<RefundView, Problem> {
    let sold = &details.order;
    let shipping_left = sold
        .shipping_charged()
        .and_then(|charged| charged.minus(sold.shipping_refunded))
        .map_err(|error| Problem::internal(&error))?;
    let lines = details.lines.iter().filter(|line| line.left_to_refund() > 0);
    let inputs = lines.map(|line| {
        let id = line.id.to_string();
        let index = form.line.iter().position(|chosen| *chosen == id);
        let typed = index.and_then(|index| form.quantity.get(index)).cloned();
        Input {
            line: id,
            title: line.title.clone(),
            variant_title: line.variant_title.clone(),
            left: line.left_to_refund(),
            wrong: false,
            typed: typed.unwrap_or_else(|| "0".to_owned()),
        }
    });
    Ok(RefundView {
        order,
        inputs: inputs.collect(),
        shipping_left: shipping_left.is_positive().then(|| shipping_left.into()),
        plan: None,
        errors: Errors::default(),
        refused: None,
        form,
    })
}

fn plan_view(details: &OrderDetails, plan: &RefundPlan) -> PlanView {
    let lines = plan.lines.iter().filter_map(|planned| {
        let line = details.lines.iter().find(|line| line.id == planned.line_id)?;
        let title = [line.title.as_str(), line.variant_title.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty());
        Some(PlannedView {
            title: title.collect::<Vec<_>>().join(", "),
            quantity: planned.quantity,
            amount: planned.amount.into(),
            tax: planned.tax.into(),
        })
    });
    PlanView {
        lines: lines.collect(),
        shipping: plan.shipping.is_positive().then(|| plan.shipping.into()),
        amount: plan.amount.into(),
    }
}
