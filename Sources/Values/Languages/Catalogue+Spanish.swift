extension Catalogue {
    /// Spanish, addressing the reader as usted.
    static let spanishText = """
        1 to 40 lower-case letters, digits, hyphens and underscores.
        = De 1 a 40 letras minúsculas, cifras, guiones y guiones bajos.

        A Courtyard workspace was closed
        = Se cerró un espacio de trabajo de Courtyard

        A Courtyard workspace was made for you
        = Se creó un espacio de trabajo de Courtyard para usted

        A JSON body is needed.
        = Se necesita un cuerpo JSON.

        A cell is too long.
        = Una celda es demasiado larga.

        A code of the EAS list, such as 0088.
        = Un código de la lista EAS, como 0088.

        A code sent by SMS or e-mail is needed
        = Se necesita un código enviado por SMS o correo electrónico

        A code was sent a moment ago
        = Se envió un código hace un momento

        A country's two letters of ISO 3166-1, such as DE.
        = Las dos letras del país según ISO 3166-1, como DE.

        A currency's code of ISO 4217, such as USD.
        = El código de una moneda según ISO 4217, como USD.

        A delimiter is not followed by a line end.
        = Un delimitador no va seguido de un fin de línea.

        A domain is not proved
        = Un dominio no está comprobado

        A domain of your single sign-on is no longer proved
        = Un dominio de su inicio de sesión único ya no está comprobado

        A field is not UTF-8.
        = Un campo no está en UTF-8.

        A field is too long.
        = Un campo es demasiado largo.

        A file may have 20 MiB.
        = Un archivo puede tener 20 MiB.

        A file may have {0} rows below its header.
        = Un archivo puede tener {0} filas debajo del encabezado.

        A group's name cannot contain |.
        = El nombre de un grupo no puede contener |.

        A limit of the plan is reached
        = Se alcanzó un límite del plan

        A name of the IANA database, such as Europe/Berlin.
        = Un nombre de la base de datos IANA, como Europe/Berlin.

        A new client needs its secret.
        = Un cliente nuevo necesita su secreto.

        A new proof of password and second factor is needed
        = Se necesita una nueva prueba de la contraseña y del segundo factor

        A part has a transfer encoding.
        = Una parte tiene una codificación de transferencia.

        A part has no Content-Disposition.
        = Una parte no tiene Content-Disposition.

        A part has no valid Content-Disposition.
        = Una parte no tiene un Content-Disposition válido.

        A part's head has a broken line.
        = El encabezado de una parte tiene una línea defectuosa.

        A part's head is too long or has a bare line feed.
        = El encabezado de una parte es demasiado largo o tiene un salto de línea suelto.

        A part's head is too long.
        = El encabezado de una parte es demasiado largo.

        A path of this site, such as /contacts.
        = Una ruta de este sitio, como /contacts.

        A payment of {0} for invoice {1} has arrived.
        = Ha llegado un pago de {0} por la factura {1}.

        A payment with this reference is recorded already
        = Ya hay registrado un pago con esta referencia

        A phone or a channel identity is needed.
        = Se necesita un teléfono o una identidad de canal.

        A plan whose invoice stays unpaid for 14 days after it was due ends, and the workspace \
        goes to the limits of the plan FREE.
        = Un plan cuya factura siga sin pagarse 14 días después de su vencimiento termina, y \
        el espacio de trabajo pasa a los límites del plan FREE.

        A query parameter has an invalid value
        = Un parámetro de la consulta tiene un valor no válido

        A query parameter was given twice
        = Un parámetro de la consulta se indicó dos veces

        A quote is not closed at line {0}.
        = Hay comillas sin cerrar en la línea {0}.

        A request for another plan is completed
        = Se completó una solicitud de otro plan

        A request for another plan was approved
        = Se aprobó una solicitud de otro plan

        A request for another plan was cancelled
        = Se canceló una solicitud de otro plan

        A request for another plan was rejected
        = Se rechazó una solicitud de otro plan

        A second factor of your login was turned off.
        = Se ha desactivado un segundo factor de su inicio de sesión.

        A second factor of your login was turned on.
        = Se ha activado un segundo factor de su inicio de sesión.

        A service this needs is not set up
        = No está configurado un servicio necesario

        A smaller plan could not begin
        = Un plan menor no pudo comenzar

        A tag cannot contain |.
        = Una etiqueta no puede contener |.

        A token ends soon
        = Un token caduca pronto

        A whole number from {0} to {1}.
        = Un número entero de {0} a {1}.

        A workspace has at most {0} custom roles.
        = Un espacio de trabajo tiene como máximo {0} roles personalizados.

        A workspace of this person forbids changing the address
        = Un espacio de trabajo de esta persona prohíbe cambiar la dirección

        A workspace requires a second factor
        = Un espacio de trabajo exige un segundo factor

        AI credits are running low
        = Quedan pocos créditos de IA

        AI credits are used up
        = Los créditos de IA se agotaron

        AI credits left: {0}. More can be bought at any time.
        = Créditos de IA restantes: {0}. Se pueden comprar más en cualquier momento.

        AI credits: {0}
        = Créditos de IA: {0}

        Account holder
        = Titular de la cuenta

        Account number
        = Número de cuenta

        Active contacts this month
        = Contactos activos este mes

        Active flows
        = Flujos activos

        Add contacts
        = Añada contactos

        Addresses of this domain cannot sign in through your provider until the record stands \
        again and the domains were checked anew.
        = Las direcciones de este dominio no pueden entrar a través de su proveedor hasta que el \
        registro exista de nuevo y se vuelvan a comprobar los dominios.

        All amounts are in {0}.
        = Todos los importes están en {0}.

        Amount credited
        = Importe abonado

        Amount due
        = Importe pendiente

        Amount received
        = Importe recibido

        An administrator has reset your second factors. You will set them up anew at your next \
        login.
        = Un administrador ha restablecido sus segundos factores. Los configurará de nuevo en su \
        próximo inicio de sesión.

        An amount of 0 credits nothing.
        = Un importe de 0 no abona nada.

        An invitation is mailed three times a day at most.
        = Una invitación se envía como máximo tres veces al día.

        An issued invoice cannot be changed
        = Una factura emitida no se puede modificar

        An object of column names by header of the file.
        = Un objeto con los nombres de columna por encabezado del archivo.

        Another contact has this channel identity
        = Otro contacto tiene esta identidad de canal

        Another contact has this phone
        = Otro contacto tiene este teléfono

        Another plan was requested
        = Se solicitó otro plan

        Another request for a plan is open
        = Hay otra solicitud de plan abierta

        Another service did not answer in time
        = Otro servicio no respondió a tiempo

        Another service refused or failed
        = Otro servicio rechazó la solicitud o falló

        Another team has this queue
        = Otro equipo tiene esta cola

        Any number but 0.
        = Cualquier número menos 0.

        Anybody can have an address there.
        = Cualquiera puede tener una dirección allí.

        At least {0} characters are needed.
        = Se necesitan al menos {0} caracteres.

        At least {0} characters.
        = Como mínimo {0} caracteres.

        At least {0}.
        = Como mínimo {0}.

        At most 100 attributes.
        = Como máximo 100 atributos.

        At most {0} attributes.
        = Como máximo {0} atributos.

        At most {0} characters.
        = Como máximo {0} caracteres.

        At most {0} tags.
        = Como máximo {0} etiquetas.

        At most {0}.
        = Como máximo {0}.

        At the limit nothing can be added until something is removed or the plan is changed.
        = Al alcanzar el límite no se puede añadir nada hasta que se quite algo o se cambie el \
        plan.

        At the limit, contacts who write in are still answered; messages to contacts who are \
        not active this month are refused.
        = Al alcanzar el límite, los contactos que escriben siguen recibiendo respuesta; los \
        mensajes a contactos que no están activos este mes se rechazan.

        Bank
        = Banco

        Bank code
        = Código del banco

        Bank details
        = Datos bancarios

        Bank transfer
        = Transferencia bancaria

        Billed to
        = Facturado a

        Built-in roles cannot be changed
        = Los roles predefinidos no se pueden modificar

        Card terminal
        = Terminal de tarjetas

        Cash
        = Efectivo

        Complete your Courtyard sign-up
        = Complete su registro en Courtyard

        Configure the conversation inbox
        = Configure la bandeja de conversaciones

        Confirm your new Courtyard address
        = Confirme su nueva dirección de Courtyard

        Connect your Courtyard login
        = Conecte su acceso a Courtyard

        Content-Type has no valid boundary.
        = Content-Type no tiene un delimitador (boundary) válido.

        Control characters are not allowed.
        = No se permiten caracteres de control.

        Create broadcasts
        = Cree difusiones

        Create contact groups
        = Cree grupos de contactos

        Create quick replies
        = Cree respuestas rápidas

        Create templates
        = Cree plantillas

        Creating groups needs the permission for it.
        = Crear grupos requiere el permiso correspondiente.

        Credit note
        = Nota de crédito

        Credit note {0}
        = Nota de crédito {0}

        Date of issue
        = Fecha de emisión

        Days left: {0}. Issue a new one and put it in place before then.
        = Días restantes: {0}. Emita uno nuevo y póngalo en uso antes de esa fecha.

        Description
        = Descripción

        Due date
        = Fecha de vencimiento

        E-mail
        = Correo electrónico

        E-mail or password is wrong
        = El correo electrónico o la contraseña no son correctos

        Either ids or a filter is needed.
        = Se necesitan ids o un filtro.

        Emergency login past single sign-on
        = Acceso de emergencia sin inicio de sesión único

        Every limit is needed; null is unlimited.
        = Se necesita cada límite; null es ilimitado.

        FREE costs nothing.
        = FREE no cuesta nada.

        FREE has no interval.
        = FREE no tiene intervalo.

        From {0} to {1}, the period from {2}
        = De {0} a {1}, el período desde el {2}

        From {0} to {1}, {2} of {3} days of the period
        = De {0} a {1}, {2} de {3} días del período

        Give an address or a workspace, not both.
        = Indique una dirección o un espacio de trabajo, no ambos.

        Give it to nobody. If you did not ask for it, change your password.
        = No se lo dé a nadie. Si no lo ha pedido, cambie su contraseña.

        Hello {0},
        = Hola, {0}:

        Idempotency-Key has 1 to 128 printable characters.
        = Idempotency-Key tiene de 1 a 128 caracteres imprimibles.

        If it was not you, change your password at once and tell an Owner of your workspace.
        = Si no ha sido usted, cambie su contraseña de inmediato y avise a un propietario de su \
        espacio de trabajo.

        If it was not you, ignore this mail: nothing will be connected.
        = Si no fue usted, ignore este correo: no se conectará nada.

        If it was not you, ignore this mail: nothing will be created.
        = Si no fue usted, ignore este mensaje: no se creará nada.

        If it was not you, ignore this mail: nothing will change.
        = Si no fue usted, ignore este mensaje: nada cambiará.

        If it was not you, ignore this mail: your password stays as it is.
        = Si no fue usted, ignore este mensaje: su contraseña queda como está.

        If it was not you, open the link in the mail that announced the change: it brings this \
        address back and ends all sessions.
        = Si no fue usted, abra el enlace del mensaje que anunció el cambio: recupera esta \
        dirección y cierra todas las sesiones.

        If it was not you, open this link before {0}: it keeps this address and ends all \
        sessions.
        = Si no fue usted, abra este enlace antes del {0}: conserva esta dirección y cierra \
        todas las sesiones.

        If it was not you, reset the password at once from the sign-in page and tell an Owner \
        of your workspace.
        = Si no fue usted, restablezca la contraseña de inmediato desde la página de inicio de \
        sesión y avise a un propietario de su espacio de trabajo.

        If nobody expected this, change the password of that Owner at once.
        = Si nadie lo esperaba, cambie de inmediato la contraseña de ese propietario.

        If this address has a login and you never chose its password, ask for a new one by mail \
        first.
        = Si esta dirección ya tiene acceso y usted nunca eligió su contraseña, solicite antes una \
        nueva por correo.

        If this is a surprise, revoke the token on the Developer tab.
        = Si no lo esperaba, revoque el token en la pestaña Desarrolladores.

        In the future, and at most 365 days ahead.
        = En el futuro y con un máximo de 365 días de antelación.

        Invitation to {0} on Courtyard
        = Invitación a {0} en Courtyard

        Invoice
        = Factura

        Invoice date
        = Fecha de la factura

        Invoice number
        = Número de factura

        Invoice total
        = Total de la factura

        Invoice {0}
        = Factura {0}

        Invoice {0} is due soon
        = La factura {0} vence pronto

        Invoice {0} is overdue
        = La factura {0} está vencida

        Invoice {0} over {1} is due on {2}.
        = La factura {0} por {1} vence el {2}.

        Invoice {0} over {1} was due on {2}.
        = La factura {0} por {1} venció el {2}.

        Invoice {0} over {1} was issued. It is due on {2}.
        = Se emitió la factura {0} por {1}. Vence el {2}.

        Invoice {0} stayed unpaid, so the plan {1} has ended.
        = La factura {0} quedó sin pagar, por lo que el plan {1} ha terminado.

        Invoice {0} was issued
        = Se emitió la factura {0}

        Issued by
        = Emitido por

        It begins on {0}.
        = Comienza el {0}.

        It begins when its invoice is paid.
        = Comienza cuando se pague su factura.

        It is attached to this message.
        = Lo encontrará adjunto a este mensaje.

        Its data will be erased after {0}. Until then the operator of Courtyard can open it \
        again.
        = Sus datos se borrarán después del {0}. Hasta entonces, el operador de Courtyard puede \
        volver a abrirlo.

        Knowledge documents
        = Documentos de conocimiento

        Log in again to enter this workspace.
        = Vuelva a iniciar sesión para entrar en este espacio de trabajo.

        Look at the dashboard
        = Mire el panel

        Media storage in MiB
        = Almacenamiento multimedia en MiB

        Members choose their own name once they have signed in.
        = Los miembros eligen su propio nombre una vez que han iniciado sesión.

        Members now sign in by password; whoever has none sets one through the link for \
        forgotten passwords. The settings are kept for a return to the plan.
        = Los miembros entran ahora con contraseña; quien no tenga ninguna puede crearla con el \
        enlace para contraseñas olvidadas. La configuración se conserva por si vuelve al plan.

        More cells than columns.
        = Más celdas que columnas.

        More credits are to be taken back than are left
        = Se quieren retirar más créditos de los que quedan

        More is in use than the plan allows
        = Se usa más de lo que permite el plan

        More is to be credited than is left of a line
        = Se quiere abonar más de lo que queda de una línea

        Most of what the plan allows is in use
        = Ya se usa la mayor parte de lo que permite el plan

        Name each line once.
        = Nombre cada línea una sola vez.

        Name or password is wrong
        = El nombre o la contraseña son incorrectos

        Net amount
        = Importe neto

        New members need a role.
        = Los miembros nuevos necesitan un rol.

        No Owner could log in by password if the provider failed
        = Ningún propietario podría entrar con contraseña si fallara el proveedor

        No credits were bought with it.
        = Con ella no se compraron créditos.

        No such channel.
        = No existe ese canal.

        No such id.
        = No existe ese id.

        No such member.
        = No existe ese miembro.

        No such role.
        = No existe ese rol.

        No such team.
        = No existe ese equipo.

        Nobody can give rights they do not hold
        = Nadie puede otorgar derechos que no tiene

        Nobody changes their own role or seat here
        = Nadie puede cambiar aquí su propio rol o puesto

        Nothing can be added until something is removed or the plan is changed.
        = No se puede añadir nada hasta que se quite algo o se cambie el plan.

        Nothing has changed, and you need not do anything.
        = Nada ha cambiado y no tiene que hacer nada.
        Nobody is made Owner so.
        = Nadie pasa a ser propietario de este modo.

        Nothing more is generated until credits are bought or the next billing month brings \
        new ones.
        = No se generará nada más hasta que se compren créditos o el próximo mes de \
        facturación traiga otros nuevos.

        Nothing was deleted. What exceeds the limits can be read but not used; the oldest \
        stays usable.
        = No se eliminó nada. Lo que supera los límites se puede leer pero no usar; lo más \
        antiguo sigue siendo utilizable.

        Number
        = Número

        Of invoice {0}, {1} are given back.
        = De la factura {0} se devuelven {1}.

        One of: {0}.
        = Uno de estos valores: {0}.

        Only HTTP/1.1 is spoken here
        = Aquí solo se admite HTTP/1.1

        Only Owners can change an Owner.
        = Solo los propietarios pueden modificar a un propietario.

        Only an active member can be made Owner.
        = Solo un miembro activo puede pasar a ser propietario.

        Only platform staff can do this for this person.
        = Solo el personal de la plataforma puede hacerlo para esta persona.

        Open this link within 24 hours to confirm it; until then the old address stays in use:
        = Abra este enlace antes de 24 horas para confirmarla; hasta entonces se sigue usando \
        la dirección anterior:

        Open this link within 30 minutes to choose a new one; it works once:
        = Abra este enlace antes de 30 minutos para elegir una nueva; funciona una sola vez:

        Order number
        = Número de pedido

        Other
        = Otro

        Paid
        = Pagado

        Paid so far
        = Pagado hasta la fecha

        Payment date
        = Fecha de pago

        Payment method
        = Forma de pago

        Payment reference
        = Referencia del pago

        Plan {0}, one month
        = Plan {0}, un mes

        Plan {0}, one year
        = Plan {0}, un año

        Plan {0}, {1} to {2}
        = Plan {0}, del {1} al {2}

        Please state {0} with your payment.
        = Indique {0} al hacer el pago.

        Quantity
        = Cantidad

        Reason
        = Motivo

        Receipt
        = Recibo

        Receipt {0}
        = Recibo {0}

        Registration number
        = Número de registro

        Reset your Courtyard password
        = Restablezca su contraseña de Courtyard

        Reset your password from the sign-in page before you sign in again.
        = Restablezca su contraseña desde la página de inicio de sesión antes de volver a \
        entrar.

        Say why no tax is taken.
        = Indique por qué no se aplica impuesto.

        Seats of members
        = Plazas de miembros

        Send application/json.
        = Envíe application/json.

        Send application/x-www-form-urlencoded.
        = Envíe application/x-www-form-urlencoded.

        Send confirm_data_loss: true to delete what is older.
        = Envíe confirm_data_loss: true para eliminar lo que sea más antiguo.

        Send multipart/form-data or application/json.
        = Envíe multipart/form-data o application/json.

        Send multipart/form-data.
        = Envíe multipart/form-data.

        Send the file.
        = Envíe el archivo.

        Service accounts
        = Cuentas de servicio

        Set up broadcast types
        = Configure los tipos de difusión

        Set up chatbot flows
        = Configure los flujos del chatbot

        Several workspaces use this domain; name one
        = Varios espacios de trabajo usan este dominio; indique uno

        Sign in here:
        = Inicie sesión aquí:

        Sign in to Courtyard through your company
        = Entre en Courtyard a través de su empresa

        Sign in with this address. If you have a Courtyard login already, use it as ever. If \
        not, {0} will tell you the first password, which you change when you sign in.
        = Inicie sesión con esta dirección. Si ya tiene acceso a Courtyard, úselo como siempre. \
        Si no, {0} le dará la primera contraseña, que usted cambiará al iniciar sesión.

        Sign in with this address. If you have no password yet, ask for one on the sign-in \
        page, as if you had forgotten it.
        = Inicie sesión con esta dirección. Si aún no tiene contraseña, pida una en la página \
        de inicio de sesión, como si la hubiera olvidado.

        Single sign-on was switched off
        = Se desactivó el inicio de sesión único

        Some fields break a rule
        = Algunos campos incumplen una regla

        Somebody asked to sign in to Courtyard with this address, but it belongs to your login.
        = Alguien pidió iniciar sesión en Courtyard con esta dirección, pero pertenece a su \
        acceso.

        Somebody asked to use your address
        = Alguien pidió usar su dirección

        Somebody, probably you, asked to change the address of your Courtyard login to {0}.
        = Alguien, probablemente usted, pidió cambiar la dirección de su acceso a Courtyard por \
        {0}.

        Somebody, probably you, asked to create a Courtyard workspace with this address.
        = Alguien, probablemente usted, pidió crear un espacio de trabajo de Courtyard con esta \
        dirección.

        Somebody, probably you, asked to create another Courtyard workspace with this address.
        = Alguien, probablemente usted, pidió crear otro espacio de trabajo de Courtyard con \
        esta dirección.

        Somebody, probably you, asked to reset the Courtyard password of this address.
        = Alguien, probablemente usted, pidió restablecer la contraseña de Courtyard de esta \
        dirección.

        Somebody, probably you, asked to use this address to sign in to Courtyard.
        = Alguien, probablemente usted, pidió usar esta dirección para iniciar sesión en \
        Courtyard.
        Somebody, probably you, has signed in through a company, and a Courtyard login with this \
        address exists already.
        = Alguien, probablemente usted, ha entrado a través de una empresa y ya existe un acceso \
        a Courtyard con esta dirección.

        Something stands behind the last delimiter.
        = Hay algo después del último delimitador.

        Something went wrong on our side
        = Algo ha fallado por nuestra parte

        Tax
        = Impuesto

        Tax amount
        = Cuota

        Tax number
        = Número fiscal

        Taxable amount
        = Base imponible

        Telegram bots and Facebook pages
        = Bots de Telegram y páginas de Facebook

        Tell which method the code is of.
        = Indique de qué método es el código.

        The API is served over TLS only
        = La API solo se ofrece mediante TLS

        The Courtyard password of this address was just changed, and other sessions were ended.
        = La contraseña de Courtyard de esta dirección acaba de cambiarse y las demás sesiones \
        se cerraron.

        The DNS record that proves the domain {0} for the workspace “{1}” could not be found, \
        twice in a row.
        = El registro DNS que comprueba el dominio {0} para el espacio de trabajo “{1}” no se \
        encontró dos veces seguidas.

        The account API token is about to end.
        = El token de API de la cuenta está a punto de caducar.

        The account API token was created
        = Se creó el token de API de la cuenta

        The account API token was replaced
        = Se reemplazó el token de API de la cuenta

        The account API token was revoked
        = Se revocó el token de API de la cuenta

        The account is active already.
        = La cuenta ya está activa.

        The account is disabled already.
        = La cuenta ya está deshabilitada.

        The account is disabled.
        = La cuenta está deshabilitada.

        The address is too long
        = La dirección es demasiado larga

        The address of this installation is not set.
        = No se ha configurado la dirección de esta instalación.

        The address of your Courtyard login was just changed to {0}. Sign in with it from now \
        on.
        = La dirección de su acceso a Courtyard acaba de cambiarse por {0}. Desde ahora inicie \
        sesión con ella.

        The body is not JSON: {0}.
        = El cuerpo no es JSON: {0}.

        The body must be a JSON object.
        = El cuerpo debe ser un objeto JSON.

        The buyer's name, address or country is missing
        = Falta el nombre, la dirección o el país del comprador

        The change deletes data and must be confirmed
        = El cambio elimina datos y debe confirmarse

        The change of your Courtyard address was cancelled
        = Se canceló el cambio de su dirección de Courtyard

        The code is wrong, used or too old
        = El código es incorrecto, ya se usó o es demasiado antiguo

        The connection has not passed a test login
        = La conexión no ha superado un inicio de sesión de prueba

        The contacts have too many different attributes for one file
        = Los contactos tienen demasiados atributos distintos para un solo archivo

        The content does not begin with its boundary.
        = El contenido no empieza por su delimitador.

        The content ends before its last delimiter.
        = El contenido termina antes de su último delimitador.

        The content is of a type that is not accepted here
        = El contenido es de un tipo que no se acepta aquí

        The content is too large
        = El contenido es demasiado grande

        The country has a tax rate from this day on already
        = El país ya tiene un tipo impositivo a partir de este día

        The credits say what is given back.
        = Los créditos indican lo que se devuelve.

        The current password is wrong
        = La contraseña actual no es correcta

        The cursor does not belong to this list
        = El cursor no pertenece a esta lista

        The document lacks what an e-invoice must say
        = Al documento le falta lo que debe decir una factura electrónica

        The e-mail address is managed by the identity provider
        = La dirección de correo la administra el proveedor de identidad

        The expectation cannot be met
        = La expectativa no se puede cumplir

        The field mapping is not JSON.
        = El campo mapping no es JSON.

        The file cannot be read
        = El archivo no se puede leer

        The file has no column {0}.
        = El archivo no tiene ninguna columna {0}.

        The file has too many columns.
        = El archivo tiene demasiadas columnas.

        The file has too many rows
        = El archivo tiene demasiadas filas

        The file is neither CSV nor an Excel workbook.
        = El archivo no es ni CSV ni un libro de Excel.

        The file is no PNG, JPEG or WebP picture, or damaged.
        = El archivo no es una imagen PNG, JPEG ni WebP, o está dañado.

        The file lacks columns that are needed
        = Al archivo le faltan columnas necesarias

        The first request with this key is still running
        = La primera solicitud con esta clave aún está en curso

        The first row must name the columns.
        = La primera fila debe nombrar las columnas.

        The header fields are too large
        = Los campos de encabezado son demasiado grandes

        The idempotency key was used for another request
        = La clave de idempotencia se usó para otra solicitud

        The import is {0} already.
        = La importación ya está en estado {0}.

        The invoice is in another currency.
        = La factura está en otra moneda.

        The invoice is paid; correct it with a credit note
        = La factura está pagada; corríjala con una nota de crédito

        The job did not end in time.
        = La tarea no terminó a tiempo.

        The key stands there twice.
        = La clave aparece dos veces.

        The line's amount is too large.
        = El importe de la línea es demasiado grande.

        The lines must add up to the order's amount.
        = Las líneas deben sumar el importe del pedido.

        The link is unknown, used or too old
        = El enlace es desconocido, ya se usó o es demasiado antiguo

        The list cannot be sorted by this field
        = La lista no se puede ordenar por este campo

        The login has to begin anew
        = El inicio de sesión debe empezar de nuevo

        The logout token was not accepted.
        = No se aceptó el token de cierre de sesión.

        The member has accepted already.
        = El miembro ya ha aceptado.

        The member is deactivated already.
        = El miembro ya está desactivado.

        The member is not deactivated.
        = El miembro no está desactivado.

        The method is not allowed here
        = El método no está permitido aquí

        The method or coding is not supported
        = El método o la codificación no se admiten

        The name is already in use
        = El nombre ya está en uso

        The new password equals the present one.
        = La nueva contraseña es igual a la actual.

        The next period has its invoice already. Void that one first.
        = El próximo período ya tiene su factura. Anúlela primero.

        The order is not waiting for its invoice any more.
        = El pedido ya no espera su factura.

        The order says this.
        = Esto lo indica el pedido.

        The parameter {0} is not known here.
        = El parámetro {0} no se conoce aquí.

        The parameter {0} was given twice.
        = El parámetro {0} se indicó dos veces.

        The password is made of names or of the e-mail address.
        = La contraseña está formada por nombres o por la dirección de correo electrónico.

        The payment is more than what is left to pay
        = El pago supera lo que queda por pagar

        The permission is missing
        = Falta el permiso

        The person belongs to no open workspace
        = La persona no pertenece a ningún espacio de trabajo abierto

        The person is a member already
        = La persona ya es miembro

        The phone number of your login was changed.
        = Se ha cambiado el número de teléfono de su inicio de sesión.

        The picture has too few or too many pixels.
        = La imagen tiene muy pocos o demasiados píxeles.
        The person is no member of this workspace
        = La persona no es miembro de este espacio de trabajo

        The plan does not include this feature
        = El plan no incluye esta función

        The plan of the workspace “{0}” does not include single sign-on any more, so it was \
        switched off.
        = El plan del espacio de trabajo “{0}” ya no incluye el inicio de sesión único, por lo \
        que se desactivó.

        The plan {0} has taken the place of {1}.
        = El plan {0} ha sustituido a {1}.

        The plan's limit is reached
        = Se alcanzó el límite del plan

        The present state does not allow this
        = El estado actual no lo permite

        The query is not valid percent-encoded UTF-8.
        = La consulta no es UTF-8 válido con codificación por ciento.

        The query parameter is unknown
        = El parámetro de la consulta es desconocido

        The quiet hours must not end as they begin.
        = Las horas de silencio no pueden terminar a la misma hora en que empiezan.

        The reason: {0}
        = El motivo: {0}

        The request came too slowly
        = La solicitud llegó demasiado despacio

        The request could not be read
        = No se pudo leer la solicitud

        The request did not prove that it came from the console
        = La solicitud no demostró que procede de la consola

        The resource has changed since it was read
        = El recurso ha cambiado desde que se leyó

        The role is in use
        = El rol está en uso

        The row at line {0} is not valid text.
        = La fila de la línea {0} no es texto válido.

        The row at line {0} is too long.
        = La fila de la línea {0} es demasiado larga.

        The seller's data have not been set
        = No se han indicado los datos del vendedor

        The service account has two tokens that have not expired
        = La cuenta de servicio ya tiene dos tokens vigentes

        The service is briefly unavailable
        = El servicio no está disponible por unos momentos

        The service is busy
        = El servicio está ocupado

        The session has moved to another workspace
        = La sesión ha pasado a otro espacio de trabajo

        The shared schema is behind.
        = El esquema compartido está desactualizado.

        The single sign-on was not accepted
        = No se aceptó el inicio de sesión único

        The token lacks the scope
        = El token no tiene el ámbito necesario

        The token “{0}” of the service account “{1}” is about to end.
        = El token «{0}» de la cuenta de servicio «{1}» está a punto de caducar.

        The total is too large.
        = El total es demasiado grande.

        The total must be above 0.
        = El total debe ser superior a 0.

        The upload could not be read. {0}
        = No se pudo leer el envío. {0}

        The value at {0} has the wrong JSON type.
        = El valor de {0} tiene un tipo JSON incorrecto.

        The value of {0} is not valid.
        = El valor de {0} no es válido.

        The workbook is damaged.
        = El libro está dañado.

        The workbook unpacks to too much.
        = El libro descomprimido ocupa demasiado.

        The workspace has as many custom roles as it can
        = El espacio de trabajo ya tiene el máximo de roles personalizados

        The workspace has as many groups as it may have
        = El espacio de trabajo ya tiene el máximo de grupos permitido

        The workspace has this plan and interval already
        = El espacio de trabajo ya tiene este plan e intervalo

        The workspace is being updated
        = El espacio de trabajo se está actualizando

        The workspace is suspended
        = El espacio de trabajo está suspendido

        The workspace needs an active Owner
        = El espacio de trabajo necesita un propietario activo

        The workspace uses more than the plan {0} allows, so the plan {1} was renewed. These \
        limits are exceeded:
        = El espacio de trabajo usa más de lo que permite el plan {0}, por lo que se renovó el \
        plan {1}. Se superan estos límites:

        The workspace “{0}” was made for you, and you are its Owner.
        = El espacio de trabajo «{0}» se creó para usted, y usted es su propietario.

        Then reset your password: whoever asked knew it.
        = Después restablezca su contraseña: quien lo pidió la conocía.

        There are not enough AI credits left
        = No quedan suficientes créditos de IA

        There are too many parts.
        = Hay demasiadas partes.

        There is no password to prove; sign in again at your provider.
        = No hay contraseña que comprobar; vuelva a iniciar sesión con su proveedor.

        There is no permission ‘{0}’.
        = No existe el permiso «{0}».

        There is no room for the upload at the moment
        = En este momento no hay espacio para el archivo enviado

        There is no scope ‘{0}’.
        = No existe el ámbito «{0}».

        There is no such job.
        = No existe esa tarea.

        There is no such pack.
        = No existe ese paquete.

        There is no verified phone number
        = No hay ningún número de teléfono verificado

        There is nothing here
        = Aquí no hay nada

        This address is the one of your Courtyard login, and all sessions were ended.
        = Esta es la dirección de su acceso a Courtyard, y se cerraron todas las sesiones.

        This cannot be switched off.
        = Esto no se puede desactivar.

        This category does not fit the rate.
        = Esta categoría no corresponde al tipo impositivo.

        This concerns the workspace “{0}” on Courtyard.
        = Se trata del espacio de trabajo «{0}» en Courtyard.

        This field cannot be changed.
        = Este campo no se puede modificar.

        This field cannot be null.
        = Este campo no puede ser null.

        This field is needed.
        = Este campo es obligatorio.

        This field is not known here.
        = Este campo no se conoce aquí.

        This field was sent twice.
        = Este campo se envió dos veces.

        This installation does not take sign-ups
        = Esta instalación no admite registros

        This is for signed-in members only.
        = Esto es solo para miembros que han iniciado sesión.

        This is not a domain name.
        = Esto no es un nombre de dominio.

        This is not an e-mail address.
        = Esto no es una dirección de correo electrónico.

        This is the name of a field.
        = Este es el nombre de un campo.

        This is the present address.
        = Esta es la dirección actual.

        This method is not turned on.
        = Este método no está activado.

        This password is among the first that are tried.
        = Esta contraseña está entre las primeras que se prueban.

        This plan is in force: {0}.
        = Este plan está en vigor: {0}.

        This plan is not wanted any more: {0}.
        = Este plan ya no se desea: {0}.

        This plan was approved: {0}.
        = Se aprobó este plan: {0}.

        This plan was not approved: {0}.
        = No se aprobó este plan: {0}.

        This plan was requested: {0}.
        = Se solicitó este plan: {0}.

        This session is good for one workspace; log in to the other one
        = Esta sesión vale para un solo espacio de trabajo; inicie sesión en el otro

        This workspace is entered through its identity provider
        = A este espacio de trabajo se entra a través de su proveedor de identidad

        To connect the two, open this link in the same browser within 10 minutes:
        = Para conectar ambos, abra este enlace en el mismo navegador antes de 10 minutos:

        Together the contacts have too many tags or attributes
        = Entre ambos, los contactos tienen demasiadas etiquetas o atributos

        Tokens they made that still work: {0}. Look at the service accounts and the Developer \
        tab, and replace what the leaver may have kept.
        = Tokens que creó y que siguen funcionando: {0}. Revise las cuentas de servicio y la \
        pestaña Desarrolladores, y reemplace lo que esa persona pueda haber conservado.

        Too many failed attempts
        = Demasiados intentos fallidos

        Too many items in one request
        = Demasiados elementos en una solicitud

        Too many requests
        = Demasiadas solicitudes

        Total amount
        = Importe total

        Two columns are called {0}.
        = Dos columnas se llaman {0}.

        Unit price
        = Precio unitario

        Unused days of {0}, {1} of {2}
        = Días no usados de {0}, {1} de {2}

        Upload media files
        = Suba archivos multimedia

        Valid credentials are needed
        = Se necesitan credenciales válidas

        Void
        = Anulada

        WhatsApp lines
        = Líneas de WhatsApp

        Workspace
        = Espacio de trabajo

        Write a calling code such as +49.
        = Escriba un prefijo telefónico como +49.

        Write a language tag such as pt-BR.
        = Escriba una etiqueta de idioma como pt-BR.

        Write the day as 2026-03-01.
        = Escriba el día como 2026-03-01.

        Write the issuer's https address.
        = Escriba la dirección https del emisor.

        Write the number as text.
        = Escriba el número como texto.

        Write the phone number with + and country code.
        = Escriba el número de teléfono con + y el prefijo del país.

        Write the time as 2026-03-01T09:15:00Z.
        = Escriba la hora como 2026-03-01T09:15:00Z.

        Write the time of day as 22:00.
        = Escriba la hora como 22:00.

        Write two letters of ISO 3166 such as DE.
        = Escriba dos letras de ISO 3166, como DE.

        You have a login already, and it stays as it is: the password given in the sign-up was \
        dropped. Open this link within 24 hours to create the workspace, then sign in as usual:
        = Usted ya tiene acceso y queda como está: la contraseña indicada en el registro se \
        descartó. Abra este enlace antes de 24 horas para crear el espacio de trabajo y después \
        inicie sesión como siempre:

        You will hear from us when it is decided on.
        = Le avisaremos cuando se decida.

        Your Courtyard address is about to change
        = Su dirección de Courtyard está a punto de cambiar

        Your Courtyard address was changed
        = Se cambió su dirección de Courtyard

        Your Courtyard code
        = Su código de Courtyard

        Your Courtyard code: {0}. Give it to nobody.
        = Su código de Courtyard: {0}. No se lo dé a nadie.

        Your Courtyard password was changed
        = Se cambió su contraseña de Courtyard

        Your Courtyard phone number was changed
        = Se ha cambiado su número de teléfono de Courtyard

        Your Courtyard second factors were changed
        = Se han cambiado sus segundos factores de Courtyard

        Your code for Courtyard, valid for 5 minutes:
        = Su código para Courtyard, válido durante 5 minutos:

        Your recovery codes were replaced; the old ones are void.
        = Se han sustituido sus códigos de recuperación; los antiguos ya no valen.

        Your workspace has another plan
        = Su espacio de trabajo tiene otro plan

        Your workspace is on the plan FREE now
        = Su espacio de trabajo tiene ahora el plan FREE

        Your workspaces are entered through the sign-in of your company, so there is no password \
        to reset here. If that sign-in does not work, ask whoever runs the accounts of your \
        company.
        = A sus espacios de trabajo se entra con el inicio de sesión de su empresa, así que aquí \
        no hay contraseña que restablecer. Si ese inicio de sesión no funciona, consulte a quien \
        administre las cuentas de su empresa.

        a chunk extension is too long or has control characters
        = la extensión de un fragmento es demasiado larga o tiene caracteres de control

        a chunk is too large
        = un fragmento es demasiado grande

        a chunk size is not hexadecimal
        = el tamaño de un fragmento no es hexadecimal

        a chunk size is too long
        = el tamaño de un fragmento es demasiado largo

        a control character inside a string
        = un carácter de control dentro de una cadena

        a malformed escape
        = una secuencia de escape mal escrita

        a malformed number
        = un número mal escrito

        a member name that occurs twice
        = un nombre de miembro que aparece dos veces

        a number out of range
        = un número fuera de rango

        a trailer line ends without CR LF
        = una línea final termina sin CR LF

        an unexpected character
        = un carácter inesperado

        bytes that are not UTF-8
        = bytes que no son UTF-8

        chunks are not separated by CR LF
        = los fragmentos no están separados por CR LF

        half of a surrogate pair
        = la mitad de un par sustituto

        If it was not you, ignore this mail: without that password nothing will be created.
        = Si no fue usted, ignore este correo: sin esa contraseña no se creará nada.

        Open this link within 24 hours and give the password you chose to complete it:
        = Abra este enlace antes de 24 horas e introduzca la contraseña que eligió para \
        completarlo:

        something follows the value
        = hay algo después del valor

        The password that was given in the sign-up is needed.
        = Se necesita la contraseña que se dio al registrarse.

        the text ends too early
        = el texto termina demasiado pronto

        too many levels of arrays and objects
        = demasiados niveles de listas y objetos

        too many values
        = demasiados valores

        {0} ({1}) is no longer a member of the workspace.
        = {0} ({1}) ya no es miembro del espacio de trabajo.

        {0} at byte {1}
        = {0}, en el byte {1}

        {0} has closed the workspace “{1}”. All its sessions and tokens have ended.
        = {0} ha cerrado el espacio de trabajo «{1}». Todas sus sesiones y tokens han terminado.

        {0} has created the account API token of the workspace “{1}”.
        = {0} creó el token de API de la cuenta del espacio de trabajo «{1}».

        {0} has left and had made tokens
        = {0} se ha ido y había creado tokens

        {0} has replaced the account API token of the workspace “{1}”.
        = {0} reemplazó el token de API de la cuenta del espacio de trabajo «{1}».

        {0} has revoked the account API token of the workspace “{1}”.
        = {0} revocó el token de API de la cuenta del espacio de trabajo «{1}».

        {0} has sent you a document.
        = {0} le ha enviado un documento.

        {0} invites you to the workspace “{1}” on Courtyard.
        = {0} le invita al espacio de trabajo «{1}» en Courtyard.

        {0} is for Owners alone.
        = {0} es solo para propietarios.

        {0} needs {1}.
        = {0} requiere {1}.
        Name each domain once.
        = Indique cada dominio una sola vez.

        {0} with a monthly price
        = {0} con precio mensual

        {0} with an annual price
        = {0} con precio anual

        {0}, an Owner, has just signed in to the workspace “{1}” by password, although single \
        sign-on is enforced there.
        = {0}, que es propietario, acaba de entrar con contraseña en el espacio de trabajo \
        “{1}”, aunque allí es obligatorio el inicio de sesión único.

        {0}: {1} of {2} are in use.
        = {0}: se usan {1} de {2}.
        """
}
