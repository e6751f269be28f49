; The installer for Windows, for one person and without administrator rights. Made by package.sh, which gives:
;   VERSION, NUMBERS   0.1.0 and 0.1.0.0
;   STAGE              folder with what is installed; files.nsh beside it lists that and the endings of files that can be opened
;   OUT, ICON, SIDE    the installer to write; its icon; the picture beside its first and last page
;   SIZE_KB            size of what is installed
;   COMPRESSOR         lzma, or zlib where time matters more than size
;
; Silent: Tachograph-…-setup.exe /S [/DESKTOP=0|1] [/OPENWITH=0|1] [/D=folder, last and without quotation marks]
;         uninstall.exe /S [/KEEPSETTINGS]
; Without these switches an update keeps what was chosen the last time.
; Exit codes: 0 done, 1 cancelled, 2 failed, 32 the program is running. An uninstaller gives its code only with _?=folder as its last
; argument, and then leaves itself behind: without it, a copy of it does the work and nobody waits for that.

; The 32-bit kind does nothing under a 64-bit Wine.
Target amd64-unicode
SetCompressor /SOLID ${COMPRESSOR}
SetCompressorDictSize 32
SetDatablockOptimize on

!define APP "Tachograph"
!define EXE "tachograph.exe"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP}"
!define APP_PATHS "Software\Microsoft\Windows\CurrentVersion\App Paths"
!define CLASSES "Software\Classes"
!define APPLICATION "${CLASSES}\Applications\${EXE}"
!define RUNNING 32

!include LogicLib.nsh
!include FileFunc.nsh
!include Sections.nsh
!include WinVer.nsh
!include nsDialogs.nsh
!include MUI2.nsh
; InstallFiles and DeleteFiles with an argument, the folder; EachEnding with the name of a macro.
!include "${STAGE}/../files.nsh"

Name "${APP}"
OutFile "${OUT}"
Caption "${APP} ${VERSION}"
UninstallCaption "Remove ${APP}"
BrandingText "${APP} ${VERSION}"
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10
InstallDir "$LOCALAPPDATA\Programs\${APP}"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
AllowSkipFiles off
ShowInstDetails hide
ShowUninstDetails hide

VIProductVersion "${NUMBERS}"
VIFileVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "${APP}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installer of ${APP}"
VIAddVersionKey "CompanyName" "The Tachograph authors"
VIAddVersionKey "LegalCopyright" "MIT OR Apache-2.0"

; ---------------------------------------------------------------- pages

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_ABORTWARNING
!define MUI_ABORTWARNING_TEXT "Stop the installation?"

!define MUI_WELCOMEPAGE_TITLE "${APP} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "Sees what this computer does, shrinks tables without losing a character, and shows where programs spend their time.$\r$\n$\r$\nIt is installed for you alone and needs no administrator rights."
!insertmacro MUI_PAGE_WELCOME

!define MUI_PAGE_HEADER_TEXT "Licence"
!define MUI_PAGE_HEADER_SUBTEXT "MIT or Apache-2.0, as you like."
!define MUI_LICENSEPAGE_TEXT_TOP "Page Down shows the rest."
!define MUI_LICENSEPAGE_TEXT_BOTTOM "${APP} may be used under either of the two."
!define MUI_LICENSEPAGE_BUTTON "&Agree"
!insertmacro MUI_PAGE_LICENSE "${STAGE}/../licence.txt"

!define MUI_PAGE_HEADER_TEXT "What to install"
!define MUI_PAGE_HEADER_SUBTEXT "It can be changed later by starting this again."
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_COMPONENTSPAGE_TEXT_TOP "Choose what to install."
!define MUI_COMPONENTSPAGE_TEXT_COMPLIST " "
!define MUI_COMPONENTSPAGE_TEXT_DESCRIPTION_TITLE "What it is"
!define MUI_COMPONENTSPAGE_TEXT_DESCRIPTION_INFO "Point at an entry to see what it is."
!insertmacro MUI_PAGE_COMPONENTS

!define MUI_PAGE_HEADER_TEXT "Where to install"
!define MUI_PAGE_HEADER_SUBTEXT "Any folder that you may write to."
!define MUI_DIRECTORYPAGE_TEXT_TOP "${APP} goes into this folder. Files of yours in it stay as they are."
!define MUI_DIRECTORYPAGE_TEXT_DESTINATION "Folder"
!define MUI_DIRECTORYPAGE_VERIFYONLEAVE
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE CheckFolder
!insertmacro MUI_PAGE_DIRECTORY

!define MUI_PAGE_HEADER_TEXT "Installing"
!define MUI_PAGE_HEADER_SUBTEXT "This takes a few seconds."
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "Installed"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT "${APP} is ready."
!define MUI_INSTFILESPAGE_ABORTHEADER_TEXT "Not installed"
!define MUI_INSTFILESPAGE_ABORTHEADER_SUBTEXT "What was there before is unchanged."
!insertmacro MUI_PAGE_INSTFILES

!define MUI_FINISHPAGE_TITLE "${APP} is installed"
!define MUI_FINISHPAGE_TEXT "You find it in the start menu."
!define MUI_FINISHPAGE_RUN "$INSTDIR\${EXE}"
!define MUI_FINISHPAGE_RUN_TEXT "Start ${APP}"
!insertmacro MUI_PAGE_FINISH

!undef MUI_INSTFILESPAGE_FINISHHEADER_TEXT
!undef MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT
!undef MUI_INSTFILESPAGE_ABORTHEADER_TEXT
!undef MUI_INSTFILESPAGE_ABORTHEADER_SUBTEXT

UninstPage custom un.AskPage un.AskLeave
!define MUI_PAGE_HEADER_TEXT "Removing"
!define MUI_PAGE_HEADER_SUBTEXT "This takes a few seconds."
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "Removed"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT "${APP} is no longer on this computer."
!define MUI_INSTFILESPAGE_ABORTHEADER_TEXT "Not removed"
!define MUI_INSTFILESPAGE_ABORTHEADER_SUBTEXT "${APP} is still installed."
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"

; ---------------------------------------------------------------- what installing and removing share

; The topmost folder that installing made: removing goes up to it, and no further.
Var FirstFolder
Var KeepSettings
Var KeepBox

; Everything that any version has put into its folder, and no more. Files that a new version no longer has are to be added here.
!macro DeleteAll FOLDER
    !insertmacro DeleteFiles "${FOLDER}"
    RMDir "${FOLDER}\licences"
    Delete "${FOLDER}\uninstall.exe"
    ; Left behind by an installation that was cut off.
    Delete "${FOLDER}\${EXE}.new"
    Delete "${FOLDER}\uninstall.exe.new"
!macroend

!macro Shared UN

; Whether the program in the folder on the stack is in use: 1 or 0 instead of it. A virus scanner may hold a file for a moment, so it is
; tried for a second.
Function ${UN}InUse
    Exch $0
    Push $1
    Push $2
    Push $3
    StrCpy $3 0
    ${If} ${FileExists} "$0\${EXE}"
        ${For} $2 1 5
            ; For writing, existing files only, sharing everything: a program that runs refuses that.
            System::Call 'kernel32::CreateFileW(w "$0\${EXE}", i 0x40000000, i 7, p 0, i 3, i 0, p 0) p .r1 ? e'
            Pop $3
            ${If} $1 <> -1
                System::Call 'kernel32::CloseHandle(p r1)'
                StrCpy $3 0
                ${Break}
            ${EndIf}
            ; Sharing violation, lock violation, mapped into memory. Anything else is told when the file cannot be written.
            ${If} $3 <> 32
            ${AndIf} $3 <> 33
            ${AndIf} $3 <> 1224
                StrCpy $3 0
                ${Break}
            ${EndIf}
            StrCpy $3 1
            Sleep 200
        ${Next}
    ${EndIf}
    StrCpy $0 $3
    Pop $3
    Pop $2
    Pop $1
    Exch $0
FunctionEnd

; Goes on when the program in the folder on the stack is not running. Silent, or when the person gives up: ends with the code for that.
Function ${UN}WaitUntilFree
    Exch $0
    Push $1
    ${Do}
        Push $0
        Call ${UN}InUse
        Pop $1
        ${If} $1 = 0
            ${Break}
        ${EndIf}
        MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${APP} is running.$\r$\n$\r$\nClose ${APP}, then go on." /SD IDCANCEL IDRETRY +3
        SetErrorLevel ${RUNNING}
        Abort
    ${Loop}
    Pop $1
    Pop $0
FunctionEnd

; Removes the key on the stack when installing made it and nothing is in it any more.
Function ${UN}RemoveMadeKey
    Exch $0
    Push $1
    ClearErrors
    ReadRegDWORD $1 HKCU "${UNINSTALL}\Made" "$0"
    ${IfNot} ${Errors}
        DeleteRegKey /ifempty HKCU "$0"
        DeleteRegValue HKCU "${UNINSTALL}\Made" "$0"
    ${EndIf}
    Pop $1
    Pop $0
FunctionEnd

; Takes back all that AddOpenWith wrote, by any version: its own list of endings is in the registry.
Function ${UN}RemoveOpenWith
    Push $0
    Push $1
    ${Do}
        ClearErrors
        EnumRegValue $0 HKCU "${APPLICATION}\SupportedTypes" 0
        ${If} ${Errors}
        ${OrIf} $0 == ""
            ${Break}
        ${EndIf}
        DeleteRegValue HKCU "${APPLICATION}\SupportedTypes" "$0"
        ${If} ${Errors}
            ${Break}
        ${EndIf}
        StrCpy $1 $0 1
        ${If} $1 == "."
            DeleteRegValue HKCU "${CLASSES}\$0\OpenWithProgids" "${APP}.Table"
            DeleteRegValue HKCU "${CLASSES}\$0\OpenWithProgids" "${APP}.Profile"
            Push "${CLASSES}\$0\OpenWithProgids"
            Call ${UN}RemoveMadeKey
            Push "${CLASSES}\$0"
            Call ${UN}RemoveMadeKey
        ${EndIf}
    ${Loop}
    DeleteRegKey HKCU "${APPLICATION}"
    DeleteRegKey HKCU "${CLASSES}\${APP}.Table"
    DeleteRegKey HKCU "${CLASSES}\${APP}.Profile"
    Push "${CLASSES}\Applications"
    Call ${UN}RemoveMadeKey
    Push "${CLASSES}"
    Call ${UN}RemoveMadeKey
    Pop $1
    Pop $0
FunctionEnd

; Removes the folder on the stack if it is empty, and those above it up to the one that installing made first ($FirstFolder).
Function ${UN}RemoveFolders
    Exch $0
    ; Nothing noted: the folder was there before.
    ${DoUntil} $FirstFolder == ""
        RMDir "$0"
        ${If} $0 == $FirstFolder
        ${OrIf} ${FileExists} "$0\*.*"
            ${Break}
        ${EndIf}
        ${GetParent} "$0" $0
        ${If} $0 == ""
            ${Break}
        ${EndIf}
    ${Loop}
    Pop $0
FunctionEnd

; The start menu, the desktop and the list of file types are drawn anew.
Function ${UN}TellShell
    System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
FunctionEnd

!macroend
!insertmacro Shared ""
!insertmacro Shared "un."

; ---------------------------------------------------------------- installing

Function .onInit
    ${IfNot} ${AtLeastWin10}
        MessageBox MB_OK|MB_ICONSTOP "${APP} needs Windows 10 or newer." /SD IDOK
        SetErrorLevel 2
        Abort
    ${EndIf}
    Call CheckGivenFolder
    Call ChooseComponents
FunctionEnd

; A folder given by /D= that cannot be used is passed over for the usual one; better to say so. Windows still has the whole command line.
Function CheckGivenFolder
    System::Call 'kernel32::GetCommandLineW() w .r0'
    StrLen $1 $0
    ${For} $2 0 $1
        StrCpy $3 $0 4 $2
        ${If} $3 S== " /D="
        ${OrIf} $3 S== '"/D='
            IntOp $2 $2 + 4
            StrCpy $3 $0 "" $2
            StrCpy $4 $3 1 -1
            ${If} $4 == "\"
                StrCpy $3 $3 -1
            ${EndIf}
            ${If} $3 != $INSTDIR
                MessageBox MB_OK|MB_ICONSTOP "$3$\r$\ncannot be installed into. Name another folder after /D=, in full and without quotation marks." /SD IDOK
                SetErrorLevel 2
                Abort
            ${EndIf}
            ${Break}
        ${EndIf}
    ${Next}
FunctionEnd

; The way out after a failure: nothing half written stays, and no folder where nothing was installed before.
Function .onInstFailed
    Delete "$INSTDIR\${EXE}.new"
    Delete "$INSTDIR\uninstall.exe.new"
    ${IfNot} ${FileExists} "$INSTDIR\${EXE}"
    ${AndIfNot} ${FileExists} "$INSTDIR\uninstall.exe"
        ; Outside of it, so that it can go.
        SetOutPath "$TEMP"
        !insertmacro DeleteAll "$INSTDIR"
        Push $INSTDIR
        Call RemoveFolders
    ${EndIf}
FunctionEnd

Function Failed
    MessageBox MB_OK|MB_ICONSTOP "${APP} could not be written to$\r$\n$INSTDIR$\r$\n$\r$\nSee that there is room and that you may write there, or choose another folder. Then start this again." /SD IDOK
    SetErrorLevel 2
    Abort
FunctionEnd

; Directory page: says why instead of a button that does nothing.
Function CheckFolder
    GetInstDirError $0
    ${If} $0 = 1
        MessageBox MB_OK|MB_ICONEXCLAMATION "This is no folder that can be installed into. Choose another one."
        Abort
    ${ElseIf} $0 = 2
        MessageBox MB_OK|MB_ICONEXCLAMATION "There is not enough room. Make some, or choose a folder on another drive."
        Abort
    ${EndIf}
FunctionEnd

; Puts the new file on the stack in the place of the old one in one step: whatever happens, one of the two is there, whole.
Function Replace
    Exch $0
    Push $1
    Push $2
    SetFileAttributes "$0" NORMAL
    ${For} $2 1 10
        ; Replace what is there, and write it to the disk before going on.
        System::Call 'kernel32::MoveFileExW(w "$0.new", w "$0", i 9) i .r1'
        ${If} $1 <> 0
            ${Break}
        ${EndIf}
        Sleep 200
    ${Next}
    ${If} $1 = 0
        Call Failed
    ${EndIf}
    Pop $2
    Pop $1
    Pop $0
FunctionEnd

; Notes the key on the stack if it is not there yet: then it is ours to remove.
Function NoteKey
    Exch $0
    Push $1
    Push $2
    System::Call 'advapi32::RegOpenKeyExW(p -2147483647, w r0, i 0, i 0x20019, *p .r1) i .r2'
    ${If} $2 = 0
        System::Call 'advapi32::RegCloseKey(p r1)'
    ${Else}
        WriteRegDWORD HKCU "${UNINSTALL}\Made" "$0" 1
    ${EndIf}
    Pop $2
    Pop $1
    Pop $0
FunctionEnd

; Sets $FirstFolder: the topmost folder on the way to $INSTDIR that is not there yet, or what the last installation noted there.
Function NoteFolders
    Push $0
    ReadRegStr $0 HKCU "${UNINSTALL}" "InstallLocation"
    StrCpy $FirstFolder ""
    ${If} $0 == $INSTDIR
        ReadRegStr $FirstFolder HKCU "${UNINSTALL}" "FirstFolder"
    ${EndIf}
    StrCpy $0 $INSTDIR
    ${DoUntil} ${FileExists} "$0\*.*"
        StrCpy $FirstFolder $0
        ${GetParent} "$0" $0
        ${If} $0 == ""
            ${Break}
        ${EndIf}
    ${Loop}
    Pop $0
FunctionEnd

Section "Tachograph (required)" SecProgram
    SectionIn RO
    Push $INSTDIR
    Call WaitUntilFree
    ; Where it was the last time, when that is another folder.
    ReadRegStr $R0 HKCU "${UNINSTALL}" "InstallLocation"
    ${If} $R0 != ""
    ${AndIf} $R0 != $INSTDIR
        Push $R0
        Call WaitUntilFree
    ${EndIf}
    Call NoteFolders

    ClearErrors
    SetOverwrite try
    SetOutPath "$INSTDIR"
    ; Everything is written beside the old program first.
    File "/oname=${EXE}.new" "${STAGE}/${EXE}"
    WriteUninstaller "$INSTDIR\uninstall.exe.new"
    !insertmacro InstallFiles
    SetOutPath "$INSTDIR"
    ${If} ${Errors}
        Call Failed
    ${EndIf}
    Push "$INSTDIR\${EXE}"
    Call Replace
    Push "$INSTDIR\uninstall.exe"
    Call Replace
    CreateShortcut "$SMPROGRAMS\${APP}.lnk" "$INSTDIR\${EXE}" "" "$INSTDIR\${EXE}" 0 SW_SHOWNORMAL "" "Live metrics, small tables, profiles"

    ${If} $R0 != ""
    ${AndIf} $R0 != $INSTDIR
        StrCpy $R1 $FirstFolder
        ReadRegStr $FirstFolder HKCU "${UNINSTALL}" "FirstFolder"
        !insertmacro DeleteAll "$R0"
        Push $R0
        Call RemoveFolders
        StrCpy $FirstFolder $R1
    ${EndIf}
SectionEnd

Section /o "Icon on the desktop" SecDesktop
    CreateShortcut "$DESKTOP\${APP}.lnk" "$INSTDIR\${EXE}" "" "$INSTDIR\${EXE}" 0 SW_SHOWNORMAL "" "Live metrics, small tables, profiles"
SectionEnd

Section "Entries in “Open with”" SecOpenWith
SectionEnd

; One of the program's two kinds of file: its name, its icon and how it is opened.
!macro Kind ID NAME
    WriteRegStr HKCU "${CLASSES}\${ID}" "" "${NAME}"
    WriteRegStr HKCU "${CLASSES}\${ID}\DefaultIcon" "" '"$INSTDIR\${EXE}",0'
    WriteRegStr HKCU "${CLASSES}\${ID}\shell\open" "FriendlyAppName" "${APP}"
    WriteRegStr HKCU "${CLASSES}\${ID}\shell\open\command" "" '"$INSTDIR\${EXE}" "%1"'
!macroend

; The default value of an ending's key is never written: it would make the program open such files by itself.
!macro AddEnding ENDING ID
    Push "${CLASSES}\${ENDING}"
    Call NoteKey
    Push "${CLASSES}\${ENDING}\OpenWithProgids"
    Call NoteKey
    WriteRegStr HKCU "${CLASSES}\${ENDING}\OpenWithProgids" "${APP}.${ID}" ""
    WriteRegStr HKCU "${APPLICATION}\SupportedTypes" "${ENDING}" ""
!macroend

Function AddOpenWith
    Push "${CLASSES}"
    Call NoteKey
    Push "${CLASSES}\Applications"
    Call NoteKey
    WriteRegStr HKCU "${APPLICATION}" "FriendlyAppName" "${APP}"
    WriteRegStr HKCU "${APPLICATION}\DefaultIcon" "" '"$INSTDIR\${EXE}",0'
    WriteRegStr HKCU "${APPLICATION}\shell\open\command" "" '"$INSTDIR\${EXE}" "%1"'
    !insertmacro Kind "${APP}.Table" "Table"
    !insertmacro Kind "${APP}.Profile" "Profile"
    !insertmacro EachEnding AddEnding
FunctionEnd

; After the others, whatever was chosen: the registry, and what is no longer wanted goes.
Section "-Registry"
    ; Before anything else is written there, it is noted which of the keys above are new.
    Push "Software\Microsoft\Windows\CurrentVersion\Uninstall"
    Call NoteKey
    Push "${APP_PATHS}"
    Call NoteKey
    WriteRegStr HKCU "${APP_PATHS}\${EXE}" "" "$INSTDIR\${EXE}"
    WriteRegStr HKCU "${APP_PATHS}\${EXE}" "Path" "$INSTDIR"

    Call RemoveOpenWith
    ${If} ${SectionIsSelected} ${SecOpenWith}
        Call AddOpenWith
        WriteRegDWORD HKCU "${UNINSTALL}" "OpenWith" 1
    ${Else}
        WriteRegDWORD HKCU "${UNINSTALL}" "OpenWith" 0
    ${EndIf}
    ${If} ${SectionIsSelected} ${SecDesktop}
        WriteRegDWORD HKCU "${UNINSTALL}" "DesktopIcon" 1
    ${Else}
        ReadRegDWORD $0 HKCU "${UNINSTALL}" "DesktopIcon"
        ${If} $0 = 1
            Delete "$DESKTOP\${APP}.lnk"
        ${EndIf}
        WriteRegDWORD HKCU "${UNINSTALL}" "DesktopIcon" 0
    ${EndIf}

    WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${APP}"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${EXE},0"
    WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Tachograph authors"
    WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKCU "${UNINSTALL}" "FirstFolder" "$FirstFolder"
    WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE_KB}
    WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
    WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
    Call TellShell
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
    !insertmacro MUI_DESCRIPTION_TEXT ${SecProgram} "The program, and an entry in the start menu."
    !insertmacro MUI_DESCRIPTION_TEXT ${SecDesktop} "A link to the program on the desktop."
    !insertmacro MUI_DESCRIPTION_TEXT ${SecOpenWith} "${APP} is offered for tables and profiles when you choose “Open with”. What opens them by itself stays as it is."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; /NAME=0 or /NAME=1 chooses a component; without it the last choice holds, then the one that stands at its section.
!macro Choose NAME VALUE SECTION
    ClearErrors
    ReadRegDWORD $0 HKCU "${UNINSTALL}" "${VALUE}"
    ${IfNot} ${Errors}
        ${If} $0 = 0
            !insertmacro UnselectSection ${SECTION}
        ${Else}
            !insertmacro SelectSection ${SECTION}
        ${EndIf}
    ${EndIf}
    ${GetParameters} $1
    ClearErrors
    ${GetOptions} "$1" "/${NAME}=" $0
    ${IfNot} ${Errors}
        ${If} $0 == "1"
            !insertmacro SelectSection ${SECTION}
        ${Else}
            !insertmacro UnselectSection ${SECTION}
        ${EndIf}
    ${EndIf}
!macroend

Function ChooseComponents
    !insertmacro Choose "DESKTOP" "DesktopIcon" ${SecDesktop}
    !insertmacro Choose "OPENWITH" "OpenWith" ${SecOpenWith}
FunctionEnd

; ---------------------------------------------------------------- removing

Function un.onInit
    ; Silent: everything goes, unless told otherwise. A person is asked, and keeps it unless they say so.
    StrCpy $KeepSettings 1
    ${If} ${Silent}
        StrCpy $KeepSettings 0
    ${EndIf}
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} "$0" "/KEEPSETTINGS" $1
    ${IfNot} ${Errors}
        StrCpy $KeepSettings 1
    ${EndIf}
FunctionEnd

Function un.AskPage
    !insertmacro MUI_HEADER_TEXT "Remove ${APP}" "Files of yours are not touched."
    nsDialogs::Create 1018
    Pop $0
    ${NSD_CreateLabel} 0 0 100% 24u "${APP} will be removed from$\r$\n$INSTDIR"
    Pop $0
    ${NSD_CreateCheckbox} 0 36u 100% 12u "&Keep my settings and recordings"
    Pop $KeepBox
    ${If} $KeepSettings = 1
        ${NSD_Check} $KeepBox
    ${EndIf}
    GetDlgItem $0 $HWNDPARENT 1
    SendMessage $0 ${WM_SETTEXT} 0 "STR:&Remove"
    nsDialogs::Show
FunctionEnd

Function un.AskLeave
    ${NSD_GetState} $KeepBox $0
    StrCpy $KeepSettings 0
    ${If} $0 = ${BST_CHECKED}
        StrCpy $KeepSettings 1
    ${EndIf}
FunctionEnd

; A folder of the program's own, with all that is in it. Where it is a link to another place, only the link goes.
Function un.RemoveTree
    Exch $0
    Push $1
    System::Call 'kernel32::GetFileAttributesW(w r0) i .r1'
    ${If} $1 <> -1
        IntOp $1 $1 & 0x400
        ${If} $1 = 0
            RMDir /r "$0"
        ${Else}
            RMDir "$0"
        ${EndIf}
    ${EndIf}
    Pop $1
    Pop $0
FunctionEnd

; The folders that src/settings/folders.rs names; the cache can be made again and always goes. The ones above them go when nothing else
; is in them.
Function un.RemoveSettings
    Push "$LOCALAPPDATA\${APP}\cache"
    Call un.RemoveTree
    ${If} $KeepSettings = 0
        Push "$APPDATA\${APP}\config"
        Call un.RemoveTree
        Push "$LOCALAPPDATA\${APP}\data"
        Call un.RemoveTree
    ${EndIf}
    RMDir "$APPDATA\${APP}"
    RMDir "$LOCALAPPDATA\${APP}"
FunctionEnd

Section "Uninstall"
    Push $INSTDIR
    Call un.WaitUntilFree
    Delete "$INSTDIR\${EXE}"
    ${If} ${FileExists} "$INSTDIR\${EXE}"
        MessageBox MB_OK|MB_ICONSTOP "$INSTDIR\${EXE}$\r$\ncould not be removed. See that nothing uses it, then start this again." /SD IDOK
        SetErrorLevel 2
        Abort
    ${EndIf}
    ReadRegStr $FirstFolder HKCU "${UNINSTALL}" "FirstFolder"
    ReadRegDWORD $R0 HKCU "${UNINSTALL}" "DesktopIcon"
    Delete "$SMPROGRAMS\${APP}.lnk"
    ${If} $R0 = 1
        Delete "$DESKTOP\${APP}.lnk"
    ${EndIf}
    SetOutPath "$TEMP"
    !insertmacro DeleteAll "$INSTDIR"
    Push $INSTDIR
    Call un.RemoveFolders

    Call un.RemoveOpenWith
    DeleteRegKey HKCU "${APP_PATHS}\${EXE}"
    Push "${APP_PATHS}"
    Call un.RemoveMadeKey
    ; The key that holds these notes goes last.
    ReadRegDWORD $R0 HKCU "${UNINSTALL}\Made" "Software\Microsoft\Windows\CurrentVersion\Uninstall"
    DeleteRegKey HKCU "${UNINSTALL}"
    ${If} $R0 = 1
        DeleteRegKey /ifempty HKCU "Software\Microsoft\Windows\CurrentVersion\Uninstall"
    ${EndIf}
    Call un.RemoveSettings
    Call un.TellShell
SectionEnd
