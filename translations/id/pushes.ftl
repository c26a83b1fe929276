# Notifikasi ke peramban: baris pertama adalah judul. Penjual dapat mengubahnya, jadi faktanya disebut seperti `{{ order }}`.
push-order-confirmed =
    Pesanan { $order } dikonfirmasi
    Terima kasih! { $store } menerima pesanan Anda senilai { $amount }.
push-shipped =
    Pesanan { $order } dalam perjalanan
    { $store } telah menyerahkan paket kepada kurir.
push-out-for-delivery =
    Pesanan { $order } tiba hari ini
    Paket dari { $store } sedang diantar.
push-delivered =
    Pesanan { $order } sudah tiba
    Paket dari { $store } sudah diterima.
push-refunded =
    Pengembalian dana pesanan { $order }
    { $store } mengembalikan { $amount }.
