# Mọi lời mà người dân đọc. Gọi người đọc là «bạn»; nút bắt đầu bằng động từ; không dùng từ của giao thức.
# Tên các thông điệp và biến phải giống hệt en.ftl; build.rs kiểm tra điều đó.

## Khung của mọi trang
title = { $title } · { $deployment }
title-with-error = Lỗi: { $title } · { $deployment }
skip-to-main = Tới nội dung chính
languages = Ngôn ngữ
language-name = Tiếng Việt
help = Trợ giúp: { $contact }
help-if-stuck = Nếu vẫn chưa được, hãy liên hệ trợ giúp: { $contact }.
privacy = Quyền riêng tư
accessibility = Khả năng tiếp cận
home-link = Về trang chủ
signed-in-as = Bạn đang đăng nhập với tên { $name }.
wait-seconds = { $count } giây
wait-minutes = { $count } phút
wait-hours = { $count } giờ

## Ai hỏi
asks-for = để tiếp tục tới
asks-policy = Quyền riêng tư
asks-policy-of = Quyền riêng tư tại { $service }
asks-terms = Điều khoản
asks-terms-of = Điều khoản của { $service }

## Đăng nhập
sign-in = Đăng nhập
sign-in-again = Đăng nhập lại
sign-in-again-why = Bạn đang đăng nhập với tên { $name }. Để bảo vệ bạn, dịch vụ này cần bạn nhập lại mật khẩu.
sign-in-username = Số định danh, email hoặc tên đăng nhập
sign-in-password = Mật khẩu
sign-in-show = Hiện mật khẩu
sign-in-hide = Ẩn mật khẩu
sign-in-refused = Chưa đăng nhập được
sign-in-refused-now = Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi thử lại.
sign-in-refused-else = Hoặc lấy lại tài khoản ở dưới.
sign-in-refused-password = Hãy nhập lại mật khẩu
sign-in-too-many = Đã có quá nhiều lần thử đăng nhập
sign-in-too-many-now = Hãy đợi { $wait } rồi thử lại.
sign-in-too-many-else = Tài khoản không bị khóa. Trong lúc đợi, bạn hãy tìm mật khẩu đã lưu trong máy hoặc trong ứng dụng quản lý mật khẩu.
sign-in-expired = Trang này đã mở quá lâu
sign-in-expired-now = Để giữ an toàn cho bạn, chúng tôi đã mở lại trang từ đầu. Không có gì bị mất: hãy nhập mật khẩu rồi đăng nhập.
sign-in-busy = Hệ thống đang bận
sign-in-busy-now = Không có gì bị mất. Hãy đợi { $wait }, nhập mật khẩu rồi đăng nhập lại.
sign-in-missing = Còn thiếu thông tin
sign-in-missing-now = Hãy điền đủ hai ô dưới đây rồi đăng nhập.
sign-in-missing-username = Hãy nhập số định danh, email hoặc tên đăng nhập
sign-in-missing-password = Hãy nhập mật khẩu
sign-in-ended = Bạn đã đăng xuất
sign-in-ended-now = Trong lúc đó bạn đã đăng xuất, ở đây hoặc ở nơi khác. Hãy đăng nhập lại để tiếp tục.

## A second step
second = Còn một bước nữa
second-passkey = Dùng khóa truy cập của bạn
second-code = Mã xác thực
second-code-hint = Sáu chữ số trong ứng dụng xác thực, hoặc một mã dự phòng của bạn.
second-paper-hint = Một mã dự phòng của bạn.
second-code-wrong = Mã chưa đúng hoặc đã được dùng. Hãy đợi mã tiếp theo trong ứng dụng, hoặc dùng một mã dự phòng khác.
second-paper-wrong = Mã chưa đúng hoặc đã được dùng. Hãy dùng một mã dự phòng khác.
second-code-again = Hãy nhập mã mới
code-again = Hãy nhập lại mã
second-busy = Không có gì bị mất. Hãy đợi { $wait } rồi thử lại.
second-go-on = Tiếp tục
second-passkey-why = Dịch vụ này cần biết chắc đây là bạn. Hãy xác nhận bằng khóa truy cập: vân tay, khuôn mặt hoặc mã mở khóa thiết bị.
second-afresh = Làm lại từ đầu

## How a person signs in
security = Cách bạn đăng nhập
security-not-done = Chưa có gì thay đổi
security-stale = Trang này đã mở quá lâu. Hãy thử lại bây giờ.
security-passkey-refused = Thiết bị của bạn chưa xác nhận được khóa truy cập. Hãy thử lại hoặc dùng thiết bị khác.
security-passkey-model = Ở đây chỉ chấp nhận khóa truy cập trên một số loại thiết bị, và thiết bị của bạn chưa cho thấy thuộc các loại đó. Nếu trình duyệt hỏi có gửi hãng và kiểu thiết bị không, hãy cho phép. Nếu không được, hãy dùng thiết bị khác hoặc cách đăng nhập khác.
security-passkey-known = Khóa truy cập này đã được dùng rồi.
security-last = Đây là cách đăng nhập cuối cùng của bạn. Hãy thêm một cách khác trước.
security-too-many = Bạn đã có số khóa truy cập tối đa. Hãy xóa bớt một khóa trước.
security-app-already = Bạn đã có ứng dụng xác thực. Hãy xóa ứng dụng cũ trước.
security-passkeys = Khóa truy cập
security-passkeys-what = Khóa truy cập giúp bạn đăng nhập bằng vân tay, khuôn mặt hoặc mã mở khóa thiết bị. Không ai lấy được khóa này bằng trang giả mạo.
security-passkey-usual = Khóa truy cập của tôi
security-passkey-name = Tên của khóa truy cập mới
security-passkey-name-hint = Ví dụ: Điện thoại của tôi
security-passkey-add = Thêm khóa truy cập
security-passkey-failed = Chưa tạo được khóa truy cập. Hãy thử lại hoặc dùng thiết bị khác.
security-passkey-there = Thiết bị này đã có khóa truy cập của bạn. Bạn có thể đăng nhập bằng khóa đó.
security-name = Tên
security-rename = Lưu tên
security-change = Thay đổi
security-change-of = Thay đổi khóa truy cập “{ $name }”
security-passkey-one = Khóa truy cập của bạn
security-passkey-remove = Xóa khóa truy cập này
security-app-remove-what = Sau đó chỉ cần mật khẩu là mở được tài khoản của bạn, và các mã dự phòng không còn dùng được.
security-since = Thêm ngày { $day }
security-used = Dùng lần cuối ngày { $day }
security-used-from = Dùng lần cuối ngày { $day } · { $from }
security-app = Ứng dụng xác thực
security-app-what = Ứng dụng trên điện thoại hiện một mã để bạn nhập sau mật khẩu.
security-shut = Mật khẩu này đã bị nhập sai quá nhiều lần nên không dùng được nữa. Bạn hãy đăng nhập bằng khóa truy cập hoặc cách khác, rồi đặt mật khẩu mới tại đây.
security-app-remove = Xóa ứng dụng
security-back = Quay lại
totp-add = Thêm ứng dụng xác thực
totp-scan = Hãy mở ứng dụng xác thực trên điện thoại và quét hình này.
totp-picture = Hình để ứng dụng xác thực quét
totp-open = Mở ứng dụng trên điện thoại này
totp-type = Hoặc nhập khóa này vào ứng dụng:
totp-code = Sáu chữ số ứng dụng đang hiện
totp-wrong = Mã chưa đúng. Hãy nhập mã mà ứng dụng đang hiện.
totp-confirm = Xác nhận
codes = Mã dự phòng
codes-what = Mỗi mã dùng được một lần, sau mật khẩu, khi bạn không có điện thoại bên mình. Mã mới thay cho các mã cũ.
codes-make = Tạo mã dự phòng mới
codes-alone = Mã dự phòng dùng thay cho ứng dụng xác thực, mã qua SMS hoặc khóa truy cập khi bạn không mang theo. Trước hết hãy thêm một trong các cách đó.
codes-keep = Hãy ghi lại các mã này hoặc in trang này, rồi cất ở nơi an toàn. Chúng tôi chỉ hiện một lần.
codes-kept = Tôi đã cất các mã này
security-codes-left = { $count ->
    [0] Bạn chưa có mã dự phòng nào.
   *[other] Bạn còn { $count } mã dự phòng.
}

## Change the password
password-change = Đổi mật khẩu
password-set = Đặt mật khẩu
password-current = Mật khẩu hiện tại
password-new = Mật khẩu mới
password-new-hint = Một câu ngắn vừa dễ nhớ vừa khó đoán.
password-elsewhere = Các thiết bị khác
password-end-others = Đăng xuất tôi khỏi mọi nơi khác
password-wrong = Mật khẩu hiện tại chưa đúng. Hãy nhập lại.

## Passkeys
passkey-use = Dùng khóa truy cập
passkey-failed = Khóa truy cập chưa được dùng. Hãy thử lại hoặc chọn cách khác.
passkey-needs-script = Để dùng khóa truy cập, hãy bật JavaScript trong trình duyệt.
passkey-refused = Chưa dùng được khóa truy cập này. Hãy thử lại hoặc chọn cách khác.

## Đặt mật khẩu
new-password-short = Hãy đặt mật khẩu có ít nhất { $least } ký tự. Một câu ngắn vừa dễ nhớ vừa khó đoán.
new-password-long = Hãy đặt mật khẩu có nhiều nhất { $most } ký tự.
new-password-unseen = Mật khẩu này có ký tự không nhìn thấy được, có thể do sao chép từ nơi khác. Bạn hãy tự gõ lại mật khẩu.
new-password-common = Nhiều người đang dùng mật khẩu này, nên kẻ gian sẽ thử nó trước tiên. Hãy chọn mật khẩu khác.
new-password-own = Mật khẩu này gần như chỉ gồm tên, số hoặc ngày sinh của bạn, những điều người khác có thể biết. Hãy chọn mật khẩu khác, hoặc thêm vài từ nữa.
new-password-again = Hãy chọn mật khẩu khác

## Chọn tài khoản
continue-title = Tiếp tục với tài khoản nào?
continue-as = Tiếp tục với tên { $name }
continue-another = Dùng tài khoản khác

## Chia sẻ thông tin
consent-share = Chia sẻ thông tin với dịch vụ này?
consent-offline = Cho phép dịch vụ này tiếp tục khi bạn vắng mặt?
consent-continue = Tiếp tục tới dịch vụ này?
consent-purpose = Mục đích:
consent-more = Trước đây bạn đã đồng ý chia sẻ một phần. Lần này, dịch vụ cần thêm những mục có dấu «Mới».
consent-new = Mới
consent-law = Pháp luật cho phép { $agency } nhận những thông tin cần cho nhiệm vụ này, nên chúng tôi không hỏi bạn về các thông tin đó.
consent-only-identifier = Dịch vụ này chỉ nhận một mã riêng để nhận ra bạn trong những lần sau, và không nhận thông tin nào khác của bạn.
consent-away = Khi bạn vắng mặt
consent-away-what = «{ $service }» được tiếp tục dùng những thông tin đã được phép biết, cả khi bạn không mở trang của dịch vụ.
consent-allow-share = Đồng ý và tiếp tục
consent-deny-share = Không chia sẻ
consent-allow-offline = Cho phép và tiếp tục
consent-deny-offline = Không cho phép
consent-allow-continue = Tiếp tục
consent-deny-continue = Dừng lại
consent-remembered = Chúng tôi ghi nhớ lựa chọn này và chỉ hỏi lại khi dịch vụ cần thêm.
consent-withdraw-at = Bạn có thể xem lại và rút lại sự đồng ý bất cứ lúc nào tại:
consent-if-denied = Nếu chọn «{ $deny }», bạn trở lại trang của dịch vụ mà chưa đăng nhập ở đó.
consent-no-number = Dịch vụ này không nhận được số định danh của bạn.
consent-from = Nguồn: { $records }.
consent-from-account = Lấy từ tài khoản { $deployment } của bạn, trừ nơi có ghi khác.
consent-details = Chi tiết

## Những gì đã đồng ý
consents = Những gì bạn đồng ý chia sẻ
consents-none = Bạn chưa đồng ý chia sẻ gì.
consents-what = Nếu bạn rút lại, dịch vụ không nhận thêm gì từ { $deployment } nữa và lần sau sẽ hỏi lại bạn. Những gì đã nhận thì dịch vụ vẫn giữ: về việc đó, hãy hỏi dịch vụ.
consents-since = Từ ngày { $day }
consents-by-law = Theo pháp luật
consents-by-law-what = Pháp luật cho phép các cơ quan này nhận những thông tin cần cho nhiệm vụ của họ. Họ đã nhận trong 30 ngày qua; việc này không hỏi ý bạn, và bạn không rút lại được.
consents-withdraw = Rút lại
consents-withdraw-from = Rút lại tại { $service }

## Mở tài khoản
open = Mở tài khoản
open-step = Bước { $step } trong 4 bước
open-not-yet = Chưa xong
open-address-what = Hãy nhập địa chỉ mà bạn nhận được thư hoặc tin nhắn. Chúng tôi sẽ gửi một mã tới đó.
open-address-both = Email hoặc số điện thoại
open-address-wrong = Địa chỉ này chưa đúng. Hãy kiểm tra rồi nhập lại.
open-address-again = Hãy nhập lại địa chỉ
open-send = Gửi mã
open-working = Xin đợi giây lát…
open-no-script = Trình duyệt của bạn không chạy JavaScript. Hãy đợi { $wait } kể từ lúc mở trang rồi gửi: việc này ngăn máy tự động gửi hàng loạt.
open-too-many = Địa chỉ này vừa được gửi nhiều mã.
open-full = Mạng của bạn đang mở quá nhiều tài khoản, nên tạm thời chúng tôi không gửi thêm mã. Bạn hãy thử lại sau khoảng thời gian dưới đây, hoặc dùng mạng khác, chẳng hạn mạng di động.
open-expired = Trang này đã mở quá lâu, hoặc đã được gửi rồi. Hãy nhập địa chỉ và gửi lại.
open-code = Nhập mã
open-code-sent = Chúng tôi gửi tới { $address }. Nếu địa chỉ này chưa có tài khoản, bạn sẽ nhận được một mã sáu chữ số, dùng trong 5 phút.
open-code-label = Mã sáu chữ số
open-code-wrong = Mã chưa đúng. Hãy kiểm tra rồi nhập lại.
open-code-over = Mã này không còn dùng được. Hãy nhận mã mới.
open-code-afresh = Nhận mã mới hoặc đổi địa chỉ
open-person = Bạn là ai?
open-person-wrong = Hãy xem lại những chỗ được đánh dấu dưới đây.
open-name-missing = Hãy nhập họ và tên
open-user-name = Tên đăng nhập (không bắt buộc)
open-user-name-hint = Từ 3 đến 40 chữ cái, chữ số, dấu chấm hoặc gạch ngang. Nếu để trống, bạn đăng nhập bằng địa chỉ vừa xác nhận.
open-user-name-form = Hãy chọn tên có từ 3 đến 40 chữ cái, chữ số, dấu chấm hoặc gạch ngang, trong đó có ít nhất một chữ cái
open-user-name-taken = Tên đăng nhập này đã có người dùng. Hãy chọn tên khác
open-number = Số định danh (không bắt buộc)
open-number-hint = Chưa ai đối chiếu số này với giấy tờ của bạn. Trước khi được đối chiếu, số này chưa dùng để đăng nhập được và không dịch vụ nào nhận được.
open-number-form = Hãy nhập đủ { $digits } chữ số
open-key-name = Tên bạn dùng để đăng nhập
open-passkey-what = Hoặc dùng khóa truy cập: bạn đăng nhập bằng vân tay, khuôn mặt hoặc mã mở khóa thiết bị, không cần mật khẩu.
open-passkey = Mở tài khoản bằng khóa truy cập
open-address-taken = Tài khoản này đã được mở. Hãy đăng nhập.

## Tài khoản
account = Tài khoản của tôi
account-number = Số định danh
account-number-claimed = Số định danh bạn khai, chưa xác minh
account-level-one = Danh tính đã đối chiếu qua giấy tờ · mức 1
account-level-two = Danh tính đã xác minh · mức 2
account-recovery = Có người đang lấy lại tài khoản của bạn bằng cách khác
account-recovery-from = Có người báo rằng họ không đăng nhập được nữa. Từ { $time }, người đó có thể đặt mật khẩu mới, và những gì đang mở tài khoản của bạn sẽ không dùng được nữa.
account-recovery-until = Có người báo rằng họ không đăng nhập được nữa. Đến { $time }, người đó có thể đặt mật khẩu mới, và những gì đang mở tài khoản của bạn sẽ không dùng được nữa.
account-recovery-stop-what = Nếu không phải bạn, hãy dừng lại ngay. Nếu chính là bạn, bạn không cần làm gì ở đây.
account-recovery-stop = Không phải tôi: dừng lại
account-security = Xem và thay đổi
account-places = Nơi bạn đang đăng nhập
account-here = thiết bị này
account-device = Trình duyệt chưa rõ
account-since = Từ { $since }, dùng lần cuối { $used }
account-reached = { $count } dịch vụ
account-end = Kết thúc
account-end-of = Kết thúc: { $device }, { $what }
account-end-what = Ai muốn dùng tiếp ở nơi đã kết thúc phải nhập lại mật khẩu. Các dịch vụ đã mở ở đó sẽ được báo.
account-end-others = Kết thúc mọi nơi khác
account-services = Dịch vụ được biết thông tin của bạn
account-services-none = Bạn chưa đồng ý chia sẻ gì, và 30 ngày qua không có dịch vụ nào nhận thông tin của bạn.
account-services-all = Xem tất cả và rút lại

## Những gì dịch vụ được nhận
received = Được nhận: { $names }.
received-code = Chỉ nhận một mã riêng để nhận ra bạn.
received-away = Cả khi bạn vắng mặt.
received-last = lần cuối ngày { $day }
claim-details = các chi tiết khác trong hồ sơ

## Những gì đã xảy ra với tài khoản
history = Lịch sử đăng nhập và chia sẻ
history-kept = Mọi lần đăng nhập, và mọi lần một dịch vụ nhận thông tin của bạn. Chúng tôi lưu trong { $years } năm.
history-open = Xem lịch sử
history-service = Dịch vụ
history-every = Mọi dịch vụ
history-month = Tháng
history-find = Xem
history-none = Không có gì từ ngày { $since } đến ngày { $until }.
history-earlier = Xem những lần trước đó
history-gone = dịch vụ không còn kết nối ({ $id })
history-received = Đã nhận thông tin của bạn
history-purpose = Mục đích: { $purpose }
history-signed-in = Đăng nhập
history-signed-out = Đăng xuất
history-service-left = Đăng xuất khỏi một dịch vụ
history-consent-given = Bạn đồng ý chia sẻ
history-consent-denied = Bạn không đồng ý chia sẻ
history-consent-withdrawn = Bạn rút lại sự đồng ý
history-grant-revoked = Quyền truy cập đã chấm dứt
history-disabled = Tài khoản của bạn bị tạm ngừng
history-enabled = Tài khoản của bạn được mở lại
history-all-ended = Nơi quản lý đã kết thúc mọi lần đăng nhập
history-password-changed = Bạn đổi mật khẩu
history-password-set = Nơi quản lý đã đặt mật khẩu khác cho bạn
history-credential-added = Một cách đăng nhập được thêm vào
history-credential-removed = Một cách đăng nhập bị gỡ bỏ
history-proofed = Danh tính của bạn được xác minh
history-opened = Bạn mở tài khoản
history-added = Tài khoản của bạn được tạo
history-exported = Bạn tải thông tin của mình về
history-closing = Bạn yêu cầu đóng tài khoản
history-kept-account = Bạn quyết định giữ lại tài khoản

## Những gì được biết, trong một tệp
export = Thông tin của bạn trong một tệp
export-what = Một tệp có mọi điều chúng tôi biết về bạn: thông tin của bạn, nơi đang đăng nhập, những gì bạn đồng ý và toàn bộ lịch sử. Hãy giữ tệp ở nơi không ai khác đọc được.
export-get = Tải tệp về

## Đóng tài khoản
close = Đóng tài khoản
close-open = Đóng tài khoản của tôi
close-what = Khi bạn đóng tài khoản, bạn sẽ được đăng xuất ngay ở mọi nơi và không dịch vụ nào được nhận thêm thông tin về bạn.
close-think = Bạn có { $days } ngày để đổi ý: hãy đăng nhập trong thời gian đó và giữ lại tài khoản.
close-after = Sau đó, thông tin và các cách đăng nhập của bạn bị xóa hẳn. Pháp luật yêu cầu chúng tôi lưu lịch sử đăng nhập và chia sẻ trong { $years } năm, không kèm tên của bạn. Nếu sau này bạn lại có tài khoản, các dịch vụ coi đó là tài khoản khác.
close-take = Nếu muốn giữ thông tin của mình, trước hết bạn hãy tải tệp ở trang “Tài khoản của tôi”.
close-do = Đóng tài khoản của tôi
close-not = Không đóng
closing = Tài khoản của bạn sẽ đóng ngày { $day }
closing-open = Giữ lại tài khoản hoặc xem thêm
closing-what = Bạn đã yêu cầu việc này. Trước ngày đó, bạn có thể giữ lại tài khoản cùng mọi thứ trong đó. Khi bạn chưa giữ lại, không dịch vụ nào dùng được tài khoản.
closing-keep = Giữ lại tài khoản
closing-go-on = Vẫn đóng tài khoản
closing-go-on-what = Nếu bạn vẫn muốn đóng, chúng tôi sẽ đăng xuất bạn ở đây.
closed-what = Bạn đã được đăng xuất ở mọi nơi, và không dịch vụ nào được nhận thêm thông tin về bạn.
closed-change = Nếu đổi ý, bạn hãy đăng nhập trước ngày đó và chọn “Giữ lại tài khoản”.

## Tên các thông tin
claim-name = Họ và tên
claim-given-name = Tên
claim-family-name = Họ
claim-middle-name = Tên đệm
claim-nickname = Tên thường gọi
claim-preferred-username = Tên đăng nhập
claim-profile = Trang giới thiệu
claim-picture = Ảnh đại diện
claim-website = Trang web
claim-email = Email
claim-email-verified = Xác nhận email
claim-gender = Giới tính
claim-birthdate = Ngày sinh
claim-zoneinfo = Múi giờ
claim-locale = Ngôn ngữ
claim-updated-at = Ngày cập nhật thông tin
claim-address = Địa chỉ
claim-phone-number = Số điện thoại
claim-phone-number-verified = Xác nhận số điện thoại
claim-other = Thông tin khác ({ $name })
claim-elsewhere = theo dữ liệu của { $agency }
value-verified = Đã xác nhận
value-unverified = Chưa xác nhận
value-yes = Có
value-no = Không
value-male = Nam
value-female = Nữ

## Trang lỗi
error-reference = Mã tham chiếu
error-reference-why = Khi liên hệ trợ giúp, hãy đọc mã này để chúng tôi tìm ra việc vừa xảy ra.
error-detail = Chi tiết cho người quản lý dịch vụ
error-start-again = Bắt đầu lại tại { $service }
error-start-again-now = Hãy bắt đầu lại tại dịch vụ bằng nút dưới đây. Nếu vẫn gặp trang này, hãy báo mã tham chiếu cho nơi quản lý dịch vụ.
error-back-to-service = Hãy quay lại trang của dịch vụ và thử lại. Nếu vẫn gặp trang này, hãy báo mã tham chiếu cho nơi quản lý dịch vụ.
error-unknown-service = Chưa nhận ra dịch vụ này
error-unknown-service-what = Dịch vụ đưa bạn tới đây chưa kết nối với { $deployment } hoặc không còn kết nối nữa.
error-unregistered-address = Chưa thể đưa bạn trở lại dịch vụ
error-unregistered-address-what = Địa chỉ trở lại mà dịch vụ nêu ra không có trong danh sách đã đăng ký. Để bảo vệ bạn, chúng tôi dừng ở đây.
error-expired = Lượt đăng nhập này đã hết thời gian
error-expired-what = Trang đã mở quá lâu nên chúng tôi đóng lại để giữ an toàn cho bạn. Không có gì bị mất.
error-expired-now = Hãy quay lại trang của dịch vụ bạn cần và đăng nhập lần nữa.
error-answered = Bạn đã đăng nhập rồi
error-answered-what = Dịch vụ đã biết điều đó, nên trang này không còn việc gì để làm.
error-answered-now = Hãy quay lại trang của dịch vụ. Nếu ở đó bạn chưa đăng nhập, hãy bắt đầu lại từ đó.
error-browser = Chưa thể đăng nhập tiếp ở đây
error-browser-what = Có thể lượt đăng nhập này đã bắt đầu trên máy khác hoặc trong ứng dụng khác. Cũng có thể ứng dụng bạn đang dùng để xem trang này không giữ cookie, tức những mẩu ghi nhớ nhỏ giúp trang web nhận ra bạn khi chuyển trang.
error-browser-now = Hãy quay lại trang của dịch vụ và đăng nhập từ đầu trên cùng một máy, trong cùng một ứng dụng.
error-browser-cookies = Nếu vẫn gặp trang này, hãy cho phép cookie trong phần cài đặt của ứng dụng đó rồi thử lại.
error-logout = Bạn chưa được đăng xuất
error-logout-what = Yêu cầu mà dịch vụ gửi tới có chỗ sai nên chúng tôi chưa thay đổi gì.
error-logout-now = Để đăng xuất, hãy chọn nút dưới đây.
error-not-found = Không tìm thấy trang này
error-not-found-what = Địa chỉ có thể còn thiếu vài ký tự, hoặc trang không còn ở đây nữa.
error-not-found-now = Hãy kiểm tra lại địa chỉ ở đầu cửa sổ.
error-method = Trang này không mở được theo cách đó
error-method-what = Địa chỉ này chỉ dùng cho một bước trong quá trình đăng nhập.
error-too-large = Dữ liệu gửi tới quá lớn
error-too-large-what = Chúng tôi chưa nhận được yêu cầu của bạn vì dữ liệu vượt quá giới hạn.
error-bad-request = Chưa đọc được yêu cầu này
error-bad-request-what = Yêu cầu gửi tới còn thiếu hoặc có chỗ chưa đúng nên chúng tôi chưa thể làm tiếp.
error-foreign = Chúng tôi không làm theo yêu cầu của trang khác
error-foreign-what = Một trang web khác vừa gửi điều mà chỉ trang của chúng tôi mới được gửi. Để bảo vệ bạn, chúng tôi không thay đổi gì.
error-foreign-now = Nếu bạn muốn đăng nhập hoặc đăng xuất, hãy bắt đầu từ trang chủ.
error-busy = Hệ thống đang bận
error-busy-what = Yêu cầu vừa rồi chưa được thực hiện. Những gì bạn đã làm xong trước đó vẫn được giữ nguyên.
error-busy-now = Hãy đợi { $wait } rồi thử lại.
error-unanswered = Chúng tôi chưa kịp trả lời
error-unanswered-what = Yêu cầu vừa rồi có thể đã được thực hiện, nhưng chúng tôi chưa biết chắc. Những gì bạn đã làm xong trước đó vẫn được giữ nguyên.
error-unanswered-now = Hãy đợi { $wait } rồi xem lại trước khi thử lần nữa: những gì đã xảy ra với tài khoản của bạn được ghi trong lịch sử.
error-internal = Hệ thống đang gặp sự cố
error-internal-what = Yêu cầu vừa rồi chưa được thực hiện. Sự cố đã được ghi lại để chúng tôi khắc phục.
error-internal-now = Hãy thử lại sau vài phút. Nếu vẫn gặp trang này, hãy báo mã tham chiếu dưới đây.

## Đăng xuất
sign-out = Đăng xuất
sign-out-title = Đăng xuất khỏi { $deployment }?
sign-out-asked = «{ $service }» đưa bạn tới đây để đăng xuất.
sign-out-what = Sau đó, mọi dịch vụ bạn đã mở ở đây sẽ yêu cầu bạn đăng nhập lại.
sign-out-keep = Vẫn đăng nhập tại
sign-out-keep-how = Bạn sẽ đăng xuất khỏi mọi dịch vụ không được đánh dấu. Nếu đánh dấu dịch vụ nào, bạn cũng vẫn còn đăng nhập { $deployment }.
sign-out-completely = Đăng xuất hẳn
sign-out-stay = Không đăng xuất
signed-out-partly = Bạn đã đăng xuất khỏi một số dịch vụ
signed-out-partly-what = Bạn vẫn còn đăng nhập { $deployment }: ai mở dịch vụ trên máy này cũng vào với tên của bạn. Nếu đây là máy dùng chung, hãy đăng xuất hẳn.
signed-out = Bạn đã đăng xuất
signed-out-what = Lần tới, mọi dịch vụ bạn đã mở ở đây sẽ yêu cầu bạn đăng nhập lại.
signed-out-shared = Nếu đây là máy dùng chung, hãy đóng tất cả cửa sổ trước khi rời máy.
signed-out-nobody = Chưa có ai đăng nhập
signed-out-nobody-what = Không có tài khoản nào đang đăng nhập ở đây. Bạn có thể đóng trang này.

## Trang chủ
home-welcome = Xin chào, { $name }
home-signed-in = Bạn đã đăng nhập. Hãy mở dịch vụ bạn cần: hầu hết dịch vụ dùng { $deployment } sẽ không hỏi lại mật khẩu.
home-what = Đăng nhập một lần, dùng mọi dịch vụ
home-what-for = Đây là nơi bạn đăng nhập vào các dịch vụ dùng { $deployment }.
home-how = Bạn có thể đăng nhập ngay tại đây, hoặc mở trang của dịch vụ bạn cần: dịch vụ sẽ đưa bạn tới đây.
home-recent = Dịch vụ bạn mở gần đây
home-services = Các dịch vụ
home-others = Các dịch vụ khác

## Sau khi đăng nhập bằng mật khẩu
lead-offer = Lần sau đăng nhập không cần mật khẩu?
lead-where = Bạn cũng có thể thêm khóa truy cập sau này, ở trang tài khoản của bạn.
lead-make = Tạo khóa truy cập
lead-later = Để sau
lead-never = Đừng hỏi tôi nữa
lead-short = Mật khẩu của bạn quá ngắn
lead-alone = Khi bạn đăng nhập chỉ bằng mật khẩu, mật khẩu phải có ít nhất { $least } ký tự. Hãy đặt mật khẩu dài hơn, hoặc thêm một cách khác để bảo vệ tài khoản.
lead-longer-why = Mật khẩu của bạn phải có ít nhất { $least } ký tự. Hãy đặt mật khẩu dài hơn.
lead-longer = Đặt mật khẩu dài hơn
lead-until = Bạn có thể để sau, chậm nhất là đến hết ngày { $day }.
lead-must = Bạn cần làm việc này ngay bây giờ để đi tiếp.

## Mức độ bảo đảm
assurance = Mức độ bảo đảm
assurance-what = Một dịch vụ có thể cho { $deployment } biết cần chắc chắn đến đâu về người đăng nhập. Có ba mức. Mỗi mức cho biết danh tính được xác minh thế nào và người đó đăng nhập bằng cách nào.
assurance-level = Mức { $level }
assurance-identity = Danh tính
assurance-sign-in = Đăng nhập
assurance-self = Theo lời tự khai, hoặc theo giấy tờ chưa được kiểm tra trực tiếp (mức 0 hoặc 1)
assurance-in-person = Đã xác minh trực tiếp, hoặc bằng chip của thẻ căn cước (mức 2)
assurance-any = Một yếu tố, chẳng hạn mật khẩu
assurance-two = Hai yếu tố, hoặc một khóa truy cập mà thiết bị xác minh người dùng
assurance-passkey = Một khóa truy cập mà thiết bị xác minh người dùng
assurance-eidas = đáng kể ({ $level })
assurance-none = Không có: danh tính có thể chưa được xác minh
assurance-resistant = chống được lừa đảo bằng trang giả mạo
assurance-synced = Khóa truy cập được đồng bộ giữa các thiết bị không bao giờ vượt quá AAL2.
assurance-own = Bảng so sánh này do chúng tôi tự lập: đây không phải chứng nhận, cũng không phải thông báo theo eIDAS.
assurance-programs = Phần mềm đọc cùng nội dung này ở mục urn:motcua:acr_mappings tại

## Trở lại dịch vụ
returning = Đang trở lại dịch vụ…
returning-how = Nếu trang không tự chuyển, hãy chọn nút dưới đây.
returning-button = Trở lại dịch vụ

## Thư
letter-greeting = Xin chào,
letter-foot = Thư này do { $deployment } tự động gửi. Xin đừng trả lời thư này.
letter-foot-links = Liên kết trong thư của chúng tôi luôn bắt đầu bằng { $issuer }/
letter-moment = { $clock } ngày { $day }
letter-if-you = Nếu đó là bạn, bạn không cần làm gì.
letter-stop = Nếu không phải bạn, hãy mở liên kết dưới đây để dừng việc này.
letter-stop-action = Không phải tôi, dừng lại
letter-not-you-sms = { $what }. Không phải bạn? Dừng lại tại
letter-code = Mã xác nhận của bạn tại { $deployment }
letter-code-what = Hãy nhập mã này vào trang mà bạn đang mở:
letter-code-valid = Mã dùng được một lần, trong 5 phút kể từ lúc bạn yêu cầu.
letter-code-never = Không đưa mã này cho bất kỳ ai, kể cả người tự xưng là cán bộ.
letter-code-else = Nếu bạn không yêu cầu mã này, hãy bỏ qua thư: không có mã thì không ai làm được gì.
letter-code-sms = { $code } là mã của bạn tại { $deployment }, dùng trong 5 phút. Không đưa mã này cho bất kỳ ai.
letter-opening = Mã để mở tài khoản { $deployment }
letter-opening-what = Bạn đang mở tài khoản { $deployment } với địa chỉ này. Hãy nhập mã này vào trang mà bạn đang mở:
letter-already = Bạn đã có tài khoản { $deployment }
letter-already-what = Có người vừa muốn mở một tài khoản mới với địa chỉ này, nhưng địa chỉ này đã thuộc về tài khoản của bạn. Không có tài khoản mới nào được mở.
letter-already-you = Nếu đó là bạn, hãy đăng nhập vào tài khoản mà bạn đã có.
letter-already-else = Nếu không phải bạn, bạn không cần làm gì.
letter-device = Tài khoản { $deployment } của bạn vừa được đăng nhập trên một thiết bị mới
letter-device-what = Thiết bị: { $device }. Lúc { $time }.
letter-device-else = Nếu không phải bạn, hãy mở trang dưới đây, kết thúc lần đăng nhập đó rồi đổi mật khẩu.
letter-device-action = Xem những nơi đang đăng nhập
letter-added = Tài khoản { $deployment } của bạn có thêm một cách đăng nhập
letter-added-what = Vừa được thêm: { $credential }. Lúc { $time }.
letter-removed = Một cách đăng nhập vừa bị gỡ khỏi tài khoản { $deployment } của bạn
letter-removed-what = Vừa bị gỡ bỏ: { $credential }. Lúc { $time }.
letter-called = { $kind } «{ $name }»
letter-password-kind = mật khẩu
letter-passkey-kind = khóa truy cập
letter-totp-kind = ứng dụng xác thực
letter-recovery-codes-kind = mã dự phòng
letter-email-kind = địa chỉ email
letter-phone-kind = số điện thoại
letter-password = Mật khẩu tài khoản { $deployment } của bạn vừa được đổi
letter-password-what = Mật khẩu của bạn được đổi lúc { $time }.
letter-expected = Nếu bạn đã yêu cầu hoặc đã biết trước việc này, bạn không cần làm gì.
letter-account-action = Xem tài khoản của bạn
letter-address = Đã đổi { $address } của tài khoản { $deployment }
letter-address-what = Lúc { $time }, cơ quan giữ dữ liệu của bạn đã đổi { $address } dùng để liên hệ với bạn.
letter-confirmed = Danh tính của bạn tại { $deployment } đã được xác nhận
letter-confirmed-what = Lúc { $time }, một cơ quan đã xác nhận tài khoản này là của bạn. Các dịch vụ nay có thể tin chắc hơn về bạn.
letter-taken-back = Danh tính của bạn tại { $deployment } không còn được xác nhận
letter-taken-back-what = Lúc { $time }, một cơ quan đã rút lại việc xác nhận danh tính của bạn, và mọi nơi đang đăng nhập đã bị đăng xuất.
letter-taken-back-else = Bạn vẫn đăng nhập được. Một số dịch vụ sẽ yêu cầu bạn chứng minh lại danh tính tại quầy.
letter-shut = Một cách đăng nhập tài khoản { $deployment } của bạn không còn dùng được
letter-shut-what = Lúc { $time }, { $credential } của bạn đã bị nhập sai lần thứ một trăm liên tiếp. Từ lúc đó, cách này không mở được tài khoản nữa.
letter-shut-you = Nếu bạn đăng nhập được bằng cách khác, hãy đăng nhập và đặt lại. Nếu không, hãy lấy lại tài khoản.
letter-shut-else = Nếu không phải bạn đã thử: chưa có ai vào được và tài khoản của bạn vẫn an toàn.
letter-recovery = Có người yêu cầu lấy lại tài khoản { $deployment } của bạn
letter-recovery-what = Lúc { $time }, có người báo rằng không đăng nhập được nữa và yêu cầu lấy lại tài khoản của bạn.
letter-recovery-until = Nếu đó là bạn, hãy đợi tới { $time }. Khi đó bạn đặt lại được cách đăng nhập.
letter-closes = Tài khoản { $deployment } của bạn sẽ đóng ngày { $day }
letter-closes-what = Bạn đã yêu cầu đóng tài khoản. Ngày { $day }, tài khoản sẽ đóng và không mở lại được.
letter-closes-keep = Nếu bạn đổi ý, hoặc nếu không phải bạn yêu cầu, hãy giữ lại tài khoản trước ngày đó.
letter-closes-action = Giữ lại tài khoản

## The way back in
recovery = Lấy lại tài khoản
recovery-open = Tôi không đăng nhập được
recovery-what = Nếu bạn quên mật khẩu, mất điện thoại hoặc mất khóa truy cập, hãy chứng minh tài khoản là của bạn. Chưa có gì thay đổi cho tới khi bạn làm xong.
recovery-way = Bạn muốn chứng minh bằng cách nào?
recovery-by-mail = Bằng mã gửi tới email của tôi
recovery-by-sms = Bằng mã gửi tới điện thoại của tôi
recovery-by-official = Bằng mã mà cán bộ đã đưa cho tôi
recovery-go-on = Tiếp tục
recovery-not-yet = Chưa thực hiện được
recovery-no-name = Hãy nhập số định danh, email hoặc tên đăng nhập, và chọn một cách.
recovery-wrong = Mã chưa đúng. Hãy xem lại và nhập đủ mã.
recovery-over = Mã đã quá hạn hoặc đã bị thử quá nhiều lần. Hãy yêu cầu mã mới.
recovery-code = Nhập mã
recovery-code-sent = Nếu có tài khoản này và địa chỉ của tài khoản đã được xác nhận, mã đang được gửi tới đó. Mã dùng được trong 5 phút, chỉ trên thiết bị này. Nếu không nhận được mã, bạn hãy chọn cách khác.
recovery-code-official = Hãy nhập mã mà cán bộ đã đưa cho bạn.
recovery-again = Yêu cầu mã khác
recovery-wait = Bạn có thể tiếp tục sau
recovery-wait-until = Chúng tôi đã nhận yêu cầu của bạn. Để không ai chiếm được tài khoản của bạn, cần đợi một thời gian: hãy quay lại sau { $time } và nhập mã mới. Khi đó bạn đặt được mật khẩu mới.
recovery-wait-told = Chúng tôi đã báo tới mọi địa chỉ của tài khoản. Người không yêu cầu việc này có thể dừng lại.
recovery-untold = Thời gian chờ đã hết, nhưng tài khoản vẫn chưa mở lại được
recovery-untold-what = Chúng tôi chưa báo được tới mọi địa chỉ của tài khoản, nên chủ tài khoản chưa có dịp dừng việc này. Chúng tôi vẫn tiếp tục gửi: bạn hãy quay lại sau và nhập mã mới. Nếu không thể đợi, bạn hãy nhờ cán bộ giúp.
recovery-password = Đặt mật khẩu mới
recovery-password-what = Mật khẩu, khóa truy cập, ứng dụng xác thực và mã dự phòng trước đây sẽ không dùng được nữa, và mọi nơi đang đăng nhập sẽ bị đăng xuất. Một số dịch vụ có thể yêu cầu bạn xác minh danh tính lại tại quầy.
recovery-done = Bạn đã lấy lại tài khoản
recovery-done-what = Hãy đăng nhập bằng mật khẩu mới. Sau đó bạn nên thêm khóa truy cập hoặc ứng dụng xác thực, để không chỉ dựa vào mật khẩu.
history-recovery-began = Có người yêu cầu lấy lại tài khoản
history-recovery-stopped = Việc lấy lại tài khoản đã bị dừng
history-recovered = Tài khoản được lấy lại với mật khẩu mới
stop-recovery = Có người muốn vào tài khoản của bạn
stop-recovery-what = Có người báo rằng không đăng nhập được nữa và yêu cầu lấy lại tài khoản của bạn. Nếu không phải bạn, hãy dừng việc này.
stop-added = Tài khoản của bạn vừa có thêm một cách đăng nhập
stop-added-what = Nếu không phải bạn, hãy dừng việc này: cách đăng nhập vừa thêm và mọi thứ được thêm hoặc đặt lại từ đó đến nay sẽ không dùng được nữa, và mọi nơi đang đăng nhập sẽ bị đăng xuất.
stop-removed = Một cách đăng nhập đã bị gỡ khỏi tài khoản của bạn
stop-removed-what = Nếu không phải bạn, hãy dừng việc này: mọi nơi đang đăng nhập sẽ bị đăng xuất, và mọi thứ được thêm hoặc đặt lại từ đó đến nay sẽ không dùng được nữa. Sau đó bạn hãy đăng nhập và kiểm tra những gì còn lại.
stop-password = Mật khẩu của bạn đã bị đổi
stop-password-what = Nếu không phải bạn, hãy dừng việc này: mật khẩu đó và mọi thứ được thêm hoặc đặt lại từ đó đến nay sẽ không dùng được nữa, và mọi nơi đang đăng nhập sẽ bị đăng xuất. Sau đó bạn hãy lấy lại tài khoản bằng mã.
stop-address = Một địa chỉ của tài khoản bạn đã bị đổi
stop-address-what = Nếu không phải bạn, hãy dừng việc này: chúng tôi không gửi gì đến địa chỉ mới cho đến khi một cơ quan xác nhận, mọi thứ được thêm hoặc đặt lại từ đó đến nay sẽ không dùng được nữa, và mọi nơi đang đăng nhập sẽ bị đăng xuất.
stop-proofed = Danh tính của bạn đã được xác nhận cho tài khoản này
stop-proofed-what = Nếu không phải bạn, hãy dừng việc này: tài khoản được coi là chưa xác nhận cho đến khi một cơ quan xem xét lại, mọi thứ được thêm hoặc đặt lại từ đó đến nay sẽ không dùng được nữa, và mọi nơi đang đăng nhập sẽ bị đăng xuất.
stopped = Đã dừng
stopped-recovery = Không ai vào được tài khoản của bạn bằng cách này. Nếu bạn không yêu cầu, hãy kiểm tra các cách đăng nhập của bạn và xem email của bạn có an toàn không.
stopped-change = Mọi nơi đã bị đăng xuất, và mọi thứ được thêm từ đó đến nay không dùng được nữa. Bạn hãy đăng nhập lại, kiểm tra các cách đăng nhập và đổi mật khẩu.
stopped-password = Mọi nơi đã bị đăng xuất; mật khẩu đó và mọi thứ được thêm từ đó đến nay không dùng được nữa. Bây giờ bạn hãy lấy lại tài khoản và đặt mật khẩu mới.
stopped-before = Việc này đã được dừng
stopped-before-what = Việc mà thư này báo đã được dừng từ trước; lần này không có gì thay đổi thêm. Nếu không đăng nhập được, bạn hãy lấy lại tài khoản.
stop-late = Việc này không dừng được nữa
stop-late-change = Liên kết chỉ dùng được trong một tuần và với tài khoản đang hoạt động. Nếu có người khác đang dùng tài khoản của bạn, hãy lấy lại tài khoản.
stop-late-recovery = Việc mà thư này báo đã kết thúc: có người đã vào tài khoản bằng cách đó, hoặc yêu cầu đã hết hạn. Nếu không đăng nhập được, bạn hãy lấy lại tài khoản.
stopped-last = Mọi nơi đã bị đăng xuất. Cách đăng nhập vừa dừng là cách cuối cùng vào tài khoản của bạn, nên chúng tôi đã bắt đầu trả lại tài khoản cho bạn.
stopped-recovery-began = Bạn hãy quay lại sau { $time }, nhận mã và đặt mật khẩu mới. Nếu cần sớm hơn, cán bộ có thể giúp bạn. Chúng tôi đã báo tới mọi địa chỉ của tài khoản.
history-change-stopped = Một thay đổi về cách đăng nhập đã bị dừng

## Codes by SMS
second-text = Gửi mã cho tôi qua SMS
second-text-again = Gửi mã khác
second-text-what = Chúng tôi sẽ gửi một mã tới điện thoại của bạn.
second-sent = Hãy nhập mã vừa gửi tới điện thoại của bạn. Mã dùng được trong 5 phút.
second-not-sent = Không gửi được mã. Có thể đã gửi quá nhiều mã trong một giờ qua. Bạn hãy dùng cách khác hoặc thử lại sau.
late-mail = Lúc này thư điện tử có thể đến chậm.
late-sms = Lúc này tin nhắn SMS có thể đến chậm.
late-both = Lúc này thư điện tử và tin nhắn SMS có thể đến chậm.
late-way = Nếu chưa nhận được, bạn hãy chọn cách khác.
late-address = Nếu chưa nhận được, bạn hãy thử bằng địa chỉ khác.
late-alone = Nếu chưa nhận được, bạn hãy thử lại sau, hoặc báo rằng bạn không đăng nhập được.
late-texts = Bạn có thể quay lại và thêm khóa truy cập hoặc ứng dụng xác thực: các cách này không cần tin nhắn.
texts = Mã qua SMS
texts-what = Chúng tôi có thể gửi mã tới { $number } mỗi khi bạn đăng nhập bằng mật khẩu. Ai chiếm được số điện thoại của bạn cũng nhận được mã: khóa truy cập hoặc ứng dụng xác thực an toàn hơn.
texts-sent = Hãy nhập mã vừa gửi tới { $number }. Mã dùng được trong 5 phút.
texts-wrong = Mã chưa đúng hoặc đã quá hạn. Hãy xem lại mã, hoặc bắt đầu lại.
texts-add = Dùng mã qua SMS
texts-remove = Ngừng dùng mã qua SMS
texts-remove-what = Sau đó chỉ cần mật khẩu, hoặc cách khác mà bạn có, là mở được tài khoản.
letter-text-kind = mã qua SMS
