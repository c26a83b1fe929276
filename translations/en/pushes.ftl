# Pushes to browsers: the first line is the title. The merchant can change them, so they name their facts as `{{ order }}`.
push-order-confirmed =
    Order { $order } confirmed
    Thank you! { $store } got your order over { $amount }.
push-shipped =
    Order { $order } is on its way
    { $store } handed over a parcel.
push-out-for-delivery =
    Order { $order } comes today
    A parcel from { $store } is out for delivery.
push-delivered =
    Order { $order } has arrived
    A parcel from { $store } was delivered.
push-refunded =
    Refund for order { $order }
    { $store } gives back { $amount }.
